package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/tabular"
)

// writeTable writes one of the embedded tables as a file, with names, the classes in words.
func writeTable(t *testing.T, dir, name string, load func() (*tabular.Table, error)) string {
	t.Helper()
	a, err := load()
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write(append(append([]string{}, a.Columns...), "class"))
	for i := range a.Len() {
		var row []string
		for _, v := range a.Example(i) {
			row = append(row, strconv.FormatFloat(float64(v), 'g', -1, 32))
		}
		w.Write(append(row, a.ClassName(a.Label(i))))
	}
	w.Flush()
	write(t, filepath.Join(dir, name), b.String())
	return name
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// houses is a table with every kind of column, and a price that is no straight function of them.
func houses(rows int) string {
	rng := rand.New(rand.NewPCG(1, 2))
	districts := []string{"North", "South", "Centre"}
	var b strings.Builder
	b.WriteString("id,area,district,built,garden,sold,price\n")
	for i := range rows {
		area, d, built, garden := 40+rng.IntN(200), rng.IntN(3), fmt.Sprint(1900+rng.IntN(120)), rng.IntN(2)
		price := float64(area)*[]float64{1.9, 1.2, 4.1}[d] + 25*float64(garden) + 5*rng.NormFloat64()
		if i%40 == 7 {
			built = ""
		}
		text := fmt.Sprintf("%.1f", price)
		if i == 10 || i == 20 {
			text = "NA"
		}
		fmt.Fprintf(&b, "%d,%d,%s,%s,%s,2021-%02d-%02d,%s\n", i+1, area, districts[d], built, []string{"no", "yes"}[garden], i%12+1, i%28+1, text)
	}
	return b.String()
}

// A table is trained on by naming the column to learn; what was found in it is shown; the model judges and predicts.
func TestTable(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/houses.csv", houses(600))
	r := ok(t, dir, "train", "houses.csv", "--target", "price")
	for _, want := range []string{
		`read     houses.csv  600 rows · 7 columns · 2 rows without a target left out (lines 12 22)`,
		`id        ignored   a number for each row`, `area      number    mean`, `district  category  3 values: Centre, North, South`,
		`15 missing → median`, `garden    boolean   2 values: no, yes`, `sold      date`, `task     regression of price`,
		`no row on both sides`, `baseline always the mean: rmse`, ` · linear: rmse`, `result   test rmse`, `beside   linear regression: rmse`,
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	rmse, linear := number(t, r.out, `test rmse ([\d.]+)`), number(t, r.out, `linear: rmse ([\d.]+)`)
	if !(rmse > 4 && linear > 2*rmse) { // nobody can foretell the noise; a price is area times what the district asks, which no plane is
		t.Errorf("rmse %v, where a plane comes to %v and the noise is 5", rmse, linear)
	}
	if got := number(t, ok(t, dir, "eval", "1").out, `rmse ([\d.]+)`); got != rmse {
		t.Errorf("eval of the run: rmse %v; want %v", got, rmse)
	}
	if r := ok(t, dir, "eval", "1", "houses.csv", "--fail-under", "r2=0.9"); !strings.Contains(r.out, "598 examples") || !strings.Contains(r.err, "2 rows without a target left out (lines 12 22)") {
		t.Errorf("%s%s", r.out, r.err)
	}
	if r := gradus(t, dir, "eval", "1", "houses.csv", "--fail-under", "r2=0.9999"); r.code != 4 {
		t.Errorf("--fail-under: exit %d", r.code)
	}
	if r := ok(t, dir, "runs", "ls"); !strings.Contains(r.out, "houses") {
		t.Errorf("runs ls:\n%s", r.out)
	}
	// The same table, seed and settings are the same bits; another table under that name is refused.
	ok(t, dir, "train", "runs/1-houses-"+layersOf(t, dir)+"/config.yaml")
	if a, b := sum(t, dir, "1"), sum(t, dir, "2"); a != b {
		t.Errorf("repeated from config.yaml: %s; want %s", b, a)
	}
	write(t, dir+"/houses.csv", houses(601))
	if r := gradus(t, dir, "train", "runs/1-houses-"+layersOf(t, dir)+"/config.yaml"); r.code != 3 || !strings.Contains(r.err, "no longer the one that the run was made with") {
		t.Errorf("another table: exit %d, %s", r.code, r.err)
	}
}

// layersOf returns the sizes in the name of the first run.
func layersOf(t *testing.T, dir string) string {
	t.Helper()
	all, _ := filepath.Glob(dir + "/runs/1-houses-*")
	if len(all) != 1 {
		t.Fatal(all)
	}
	return strings.TrimPrefix(filepath.Base(all[0]), "1-houses-")
}

func number(t *testing.T, text, pattern string) float64 {
	t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no %s in\n%s", pattern, text)
	}
	v, err := strconv.ParseFloat(m[1], 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// Columns are found by name in any order, others are passed over with a word, the target is not needed, unknown values are
// counted, missing ones stand for themselves, formulas are made harmless; a stream gives the same as a file.
func TestPredictTable(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/houses.csv", houses(300))
	ok(t, dir, "train", "houses.csv", "--target", "price", "--epochs", "30")
	write(t, dir+"/new.csv", "district,area,garden,street,built,sold,prediction\n"+
		"Centre,120,yes,=cmd(),1999,2021-05-01,x\nNorth-9,120,yes,\"a,b\",1999,2021-05-01,-5\nNorth-9,,yes,+1 2,,2021-05-01,\n")
	r := ok(t, dir, "predict", "1", "new.csv", "-o", "out.csv")
	for _, want := range []string{
		"2 columns are not used: the model does not know street, prediction",
		`district "North-9" never seen in training (2 rows with such values) → treated as unknown`, "area is missing in 1 row",
	} {
		if !strings.Contains(r.err, want) {
			t.Errorf("no %q in\n%s", want, r.err)
		}
	}
	text, err := os.ReadFile(dir + "/out.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%v\n%s", err, text)
	}
	if got := strings.Join(rows[0], ","); got != "district,area,garden,street,built,sold,prediction,prediction_2" {
		t.Error(got)
	}
	for i, want := range []string{"'=cmd()", "a,b", "'+1 2"} {
		if rows[i+1][3] != want {
			t.Errorf("row %d: %q; want %q", i+1, rows[i+1][3], want)
		}
		if v, err := strconv.ParseFloat(rows[i+1][7], 64); err != nil || !(v > 50 && v < 1200) {
			t.Errorf("row %d: a price of %s", i+1, rows[i+1][7])
		}
	}
	if rows[2][6] != "-5" {
		t.Errorf("a negative number became %q", rows[2][6])
	}
	// Order does not matter, nor what else there is.
	write(t, dir+"/again.csv", "sold,built,garden,area,district\n2021-05-01,1999,yes,120,Centre\n")
	if r := ok(t, dir, "predict", "1", "again.csv"); !strings.HasSuffix(r.out, ","+rows[1][7]+"\n") || r.err != "" {
		t.Errorf("%s%s; want %s", r.out, r.err, rows[1][7])
	}
	cmd := command(dir, "predict", "1", "-")
	cmd.Stdin = strings.NewReader("sold;built;garden;area;district\n2021-05-01;1999;yes;120;Centre\n")
	if r := finish(t, cmd); !strings.HasSuffix(r.out, ";"+rows[1][7]+"\n") {
		t.Errorf("%s%s; want %s", r.out, r.err, rows[1][7])
	}
	var report struct {
		Predictions []struct{ Values []float64 }
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "predict", "1", "again.csv", "--json").out), &report); err != nil {
		t.Fatal(err)
	}
	if want, _ := strconv.ParseFloat(rows[1][7], 64); len(report.Predictions) != 1 || math.Abs(report.Predictions[0].Values[0]-want) > 1e-3 {
		t.Errorf("%+v; want %v", report, want)
	}
	for _, c := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"predict", "1", "new.csv", "-o", "out.csv"}, 2, "out.csv exists; --yes replaces it"},
		{[]string{"predict", "1", "new.csv", "new.csv"}, 2, "one at a time"},
		{[]string{"predict", "1", "nowhere.csv"}, 3, "nowhere.csv"},
		{[]string{"predict", "1", "bad.csv"}, 3, `no column "built", "garden", "sold"; it has area, district`},
		{[]string{"predict", "1", "names.csv"}, 3, "none of them named as in training; want columns named area, district, built, garden, sold"},
		{[]string{"predict", "1", "ragged.csv"}, 3, "ragged.csv:3: 1 cells; the first row has 5"},
		{[]string{"eval", "1", "again.csv"}, 3, `again.csv has no column "price" to judge the answers by`},
	} {
		write(t, dir+"/bad.csv", "area,district\n1,North\n")
		write(t, dir+"/names.csv", "a,b\n1,2\n")
		write(t, dir+"/ragged.csv", "sold,built,garden,area,district\n2021-05-01,1999,yes,120,Centre\n7\n")
		r := gradus(t, dir, c.args...)
		if r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("%q: exit %d, %s; want %d, %s", c.args, r.code, r.err, c.code, c.want)
		}
		checkSentence(t, r, c.args...)
	}
	ok(t, dir, "predict", "1", "again.csv", "-o", "out.csv", "--yes")
	if left, _ := filepath.Glob(dir + "/.*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Classes have a probability each.
func TestPredictClasses(t *testing.T) {
	dir := t.TempDir()
	writeTable(t, dir, "iris.csv", tabular.Iris)
	r := ok(t, dir, "train", "iris.csv", "--target", "class")
	if !strings.Contains(r.out, "task     classification of class into 3 classes: setosa, versicolor, virginica") || !strings.Contains(r.out, " · logistic: ") {
		t.Error(r.out)
	}
	rows, err := csv.NewReader(strings.NewReader(ok(t, dir, "predict", "1", "iris.csv").out)).ReadAll()
	if err != nil || len(rows) != 151 {
		t.Fatal(len(rows), err)
	}
	if got := strings.Join(rows[0][5:], ","); got != "prediction,p_setosa,p_versicolor,p_virginica" {
		t.Error(got)
	}
	right := 0
	for _, row := range rows[1:] {
		sum := 0.0
		for _, cell := range row[6:] {
			p, err := strconv.ParseFloat(cell, 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += p
		}
		if math.Abs(sum-1) > 1e-6 {
			t.Errorf("%v: probabilities add up to %v", row, sum)
		}
		if row[4] == row[5] {
			right++
		}
	}
	if right < 140 {
		t.Errorf("%d of 150 right", right)
	}
	write(t, dir+"/tulip.csv", strings.Replace(houseless(rows), "setosa", "tulip", 1))
	if r := gradus(t, dir, "eval", "1", "tulip.csv"); r.code != 3 || !strings.Contains(r.err, `tulip.csv:2: class is "tulip", a class that was not there in training; known are setosa, versicolor, virginica`) {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if r := gradus(t, dir, "eval", "1", "iris.csv", "--fail-under", "acc=0.9"); r.code != 0 || !strings.Contains(r.out, "/ 150)") {
		t.Errorf("exit %d, %s%s", r.code, r.out, r.err)
	}
}

// houseless writes the first five columns of rows.
func houseless(rows [][]string) string {
	var b strings.Builder
	for _, row := range rows {
		b.WriteString(strings.Join(row[:5], ",") + "\n")
	}
	return b.String()
}

// Wrong settings and files are a sentence, with the place in the file.
func TestTableRefuses(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/t.csv", "a,b,y\n1,x,p\n2,y,q\n3,x,p\n4,y,q\n5,x,p\n")
	write(t, dir+"/open.csv", "a,b\n1,\"2\n3,4\n")
	write(t, dir+"/ragged.csv", "a,b\n1,2\n3\n")
	write(t, dir+"/zero.csv", "a,b\n1,\x00\n")
	write(t, dir+"/empty.csv", "")
	write(t, dir+"/names.csv", "a,b\n")
	write(t, dir+"/twice.csv", "a,a\n1,2\n")
	write(t, dir+"/alone.csv", "id,y\n"+strings.Repeat("7,1\n7,2\n", 20))
	write(t, dir+"/two.csv", "a,y\n1,p\n2,p\n")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"t.csv", 2, "--target is missing: which column of t.csv is to be learnt? One of a, b, y"},
		{"t.csv --target z", 2, `--target is "z", which is no column of t.csv`},
		{"t.csv --target y --task ranking", 2, `--task is "ranking"`},
		{"t.csv --target y --task regression", 2, `t.csv:2 has "p"`},
		{"t.csv --target y --columns b=colour", 2, "want number, category, boolean, date or ignored"},
		{"t.csv --target y --columns c=number", 2, `names "c", which is no column`},
		{"t.csv --target y --header perhaps", 2, "want yes, no, or auto"},
		{"t.csv --target y --scale none", 2, "the columns of a table are always scaled"},
		{"t.csv --target y --folds 1", 2, "--folds is 1"},
		{"t.csv --target y --folds 9", 2, "--folds is 9; want 2 to 5, the number of examples"},
		{"t.csv --target y --repeat 0", 2, "--repeat is 0"},
		{"nowhere.csv --target y", 3, "nowhere.csv"},
		{". --target y", 3, "want a file with a table"},
		{"open.csv --target a", 3, "open.csv:2:3: the quote that opens here is never closed"},
		{"ragged.csv --target a", 3, "ragged.csv:3: 1 cells; the first row has 2"},
		{"zero.csv --target a", 3, "zero.csv:2:3: a zero byte"},
		{"empty.csv --target a", 3, "it is empty"},
		{"names.csv --target a", 3, "no rows of values"},
		{"twice.csv --target a", 3, `columns 1 and 2 are both called "a"`},
		{"alone.csv --target y", 3, `no column beside "y" that could say anything`},
		{"two.csv --target y", 2, "the same in every row"},
	} {
		args := append([]string{"train"}, strings.Fields(c.args)...)
		r := gradus(t, dir, args...)
		if r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("%s: exit %d, %swant %d, %s", c.args, r.code, r.err, c.code, c.want)
		}
		checkSentence(t, r, args...)
	}
	if left, _ := filepath.Glob(dir + "/runs"); len(left) > 0 {
		t.Error("a run was begun for what cannot be trained")
	}
}

// Rows that stand on both sides of the division make a result look better than it is, and are warned about.
func TestTableDuplicates(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("a,b,y\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d.5,%d,%s\n", i%3, i%2, []string{"p", "q"}[i%2])
	}
	write(t, dir+"/t.csv", b.String())
	r := ok(t, dir, "train", "t.csv", "--target", "y", "--epochs", "2")
	if !strings.Contains(r.err, "12 of the 12 rows that judge the end occur among those to train on") || strings.Contains(r.out, "no row on both sides") {
		t.Errorf("%s%s", r.out, r.err)
	}
}

// TestFolds: scikit-learn's MLP of 32 hidden units comes to .940 to .960 on iris in cross-validation; .93 is demanded of
// each seed. The others are held to what logistic regression reaches there, less two standard errors of the count.
func TestFolds(t *testing.T) {
	dir := t.TempDir()
	writeTable(t, dir, "wine.csv", tabular.Wine)
	writeTable(t, dir, "bc.csv", tabular.BreastCancer)
	for args, least := range map[string]float64{
		"iris": 93, "wine.csv --target class": 95, "bc.csv --target class": 95.5, "digits --layers 64,100,10 --repeat 1": 96.5,
	} {
		if !strings.Contains(args, "--repeat") {
			args += " --repeat 2"
		}
		r := ok(t, dir, append([]string{"train", "--folds", "5"}, strings.Fields(args)...)...)
		if got := number(t, r.out, `result +([\d.]+) %`); got < least {
			t.Errorf("%s: %v %%; want %v or more\n%s", args, got, least, r.out)
		}
		if !strings.Contains(r.out, "logistic") || !strings.Contains(r.out, " ± ") {
			t.Errorf("%s:\n%s", args, r.out)
		}
	}
	if left, _ := filepath.Glob(dir + "/runs"); len(left) > 0 {
		t.Error("a run was kept")
	}
	var report struct {
		Folds   int
		Repeats []struct{ Examples, Correct int }
		Network struct{ Mean, SD float64 }
		Figures map[string]struct{ Mean float64 }
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "train", "iris", "--folds", "3", "--epochs", "3", "--json").out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Folds != 3 || len(report.Repeats) != 1 || report.Repeats[0].Examples != 150 {
		t.Errorf("%+v", report)
	}
	// iris has as many of each class, so that accuracy is the mean recall
	if acc := float64(report.Repeats[0].Correct) / 150; math.Abs(report.Figures["acc"].Mean-acc) > 1e-9 || math.Abs(report.Figures["balanced_acc"].Mean-acc) > 1e-9 || report.Figures["roc_auc"].Mean < 0.5 {
		t.Errorf("%+v; want an accuracy of %v", report.Figures, acc)
	}
}
