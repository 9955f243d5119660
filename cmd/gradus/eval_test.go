package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/dataset/tabular"
	"github.com/gradus-nn/gradus/internal/leakage"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/internal/session"
)

// eval, train and the run's files tell the same figures; --fail-under knows each of them, and which way is worse.
func TestFigures(t *testing.T) {
	dir := t.TempDir()
	writeTable(t, dir, "wine.csv", tabular.Wine)
	trained := ok(t, dir, "train", "wine.csv", "--target", "class", "--epochs", "5")
	r := ok(t, dir, "eval", "--json")
	var report struct {
		Metrics     map[string]float64
		Classes     []scores.Score
		Calibration scores.Calibration
	}
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatal(err)
	}
	names := []string{"acc", "balanced_acc", "precision", "recall", "f1", "roc_auc", "log_loss", "brier", "ece", "loss"}
	var outcome struct{ Metrics map[string]float64 }
	result, err := os.ReadFile(dir + "/runs/latest/result.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(result, &outcome); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		v, have := report.Metrics[name]
		if w, too := outcome.Metrics["test_"+name]; !have || !too || v != w {
			t.Errorf("%s is %v (%v) by eval; train said %v (%v)", name, v, have, w, too)
		}
		if name != "acc" && name != "ece" && name != "loss" {
			continue // TestFailUnder knows all of them
		}
		m, _ := scores.Find(name)
		worse, better := "0", "1"
		if m.Less {
			worse, better = "1", "0"
		}
		if name == "loss" {
			worse = "100"
		}
		ok(t, dir, "eval", "--fail-under", name+"="+worse)
		if r := gradus(t, dir, "eval", "--fail-under", "acc=0,"+name+"="+better); v != 1 && v != 0 && (r.code != 4 || !strings.Contains(r.err, " of --fail-under")) {
			t.Errorf("%s=%v is %v: exit %d, %s", name, better, v, r.code, r.err)
		}
	}
	if len(report.Calibration.Bins) != 10 || len(report.Classes) != 3 || report.Classes[0].AUC == nil {
		t.Errorf("%+v", report)
	}
	shown := ok(t, dir, "eval").out
	for _, part := range []string{"scores   balanced ", " · auc ", "log loss ", "probabilities off by", "    auc\n"} {
		if !strings.Contains(shown, part) {
			t.Errorf("no %q in\n%s", part, shown)
		}
	}
	line := shown[strings.Index(shown, "scores "):]
	line = line[:strings.Index(line, "\n")]
	if !strings.Contains(trained.out, line) {
		t.Errorf("train does not say %q:\n%s", line, trained.out)
	}
	for text, want := range map[string]string{
		"rmse=3": "the model has no rmse on these data", "accuracy=1": "the figures are acc, balanced_acc", "acc=0.5,": "such as acc=0.95", "ece=5": "between 0 and 1",
	} {
		if r := gradus(t, dir, "eval", "--fail-under", text); r.code != 2 || !strings.Contains(r.err, want) {
			t.Errorf("--fail-under %s: exit %d, %s", text, r.code, r.err)
		}
	}
	if r := gradus(t, dir, "eval", "--fail-under", "recall:class_1=0.9999,auc:class_0=0.5,acc=0"); r.code == 2 {
		t.Errorf("a limit for a class: exit %d, %s", r.code, r.err)
	}
	// the picture of the calibration holds the bins
	ok(t, dir, "plot", "calibration", "-o", "cal.svg", "--csv", "cal.csv")
	bins := 0
	for _, b := range report.Calibration.Bins {
		if b.N > 0 {
			bins++
		}
	}
	if n := strings.Count(read(t, dir, "cal.csv"), "\nthis model,"); n != bins || !strings.Contains(read(t, dir, "cal.svg"), "probabilities off by") {
		t.Errorf("%d points for %d bins:\n%s", n, bins, read(t, dir, "cal.csv"))
	}
	if read(t, dir, "runs/latest/plots/calibration.svg") == "" || !strings.Contains(read(t, dir, "runs/latest/report.html"), "gradus plot calibration") {
		t.Error("the report lacks the calibration")
	}
	// what was said about each test example, with the line that it is from
	answers, err := os.ReadFile(dir + "/runs/latest/predictions.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(answers)), "\n")
	if len(rows) != 1+36 || !strings.HasPrefix(rows[0], "example,origin,true,prediction,p_") || !strings.HasPrefix(rows[1], "0,wine.csv:") {
		t.Errorf("%d rows of answers:\n%s\n%s", len(rows), rows[0], rows[1])
	}
}

// Without a column that a model lives on, it is worse; columns that say nothing owe nothing; a category is one column, not its places.
func TestImportance(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/houses.csv", houses(600))
	trained := ok(t, dir, "train", "houses.csv", "--target", "price", "--columns", "id=number")
	if !regexp.MustCompile(`(?m)^useful   most: (area, district|district, area)(, garden)?   how much: gradus eval 1 --importance$`).MatchString(trained.out) {
		t.Errorf("no useful columns in\n%s", trained.out)
	}
	r := ok(t, dir, "eval", "--importance", "--repeats", "3", "--json")
	var report struct{ Importance session.Importance }
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatal(err)
	}
	i := report.Importance
	if len(i.Columns) != 6 || i.Figure != "rmse" || i.Repeats != 3 || i.Examples != 120 {
		t.Fatalf("%+v", i)
	}
	rise := map[string]float64{}
	for _, c := range i.Columns {
		rise[c.Input] = c.Figure.Mean
	}
	// a price is area times 1.9, 1.2 or 4.1, and 25 for a garden, with noise of 5
	if !(rise["area"] > 50 && rise["district"] > 50 && rise["garden"] > 2 && rise["area"] > 10*rise["garden"] && rise["id"] < 5) {
		t.Errorf("%v", rise)
	}
	shown := ok(t, dir, "eval", "--importance").out
	for _, part := range []string{"dealt out anew 5 times among 120 examples, seed 0", "column  loss rises by", "rmse rises by", "make no more difference than chance"} {
		if !strings.Contains(shown, part) {
			t.Errorf("no %q in\n%s", part, shown)
		}
	}
	if again := ok(t, dir, "eval", "--importance", "--threads", "1").out; again != shown {
		t.Errorf("another number of threads:\n%s\nwant\n%s", again, shown)
	}
}

// Labels that were changed are found, out of fold with the line that they are in; so are prices that were mistyped.
func TestSuspects(t *testing.T) {
	dir := t.TempDir()
	writeTable(t, dir, "wine.csv", tabular.Wine)
	lines := strings.Split(strings.TrimSpace(read(t, dir, "wine.csv")), "\n")
	changed := map[string]bool{}
	for line := 10; line < len(lines); line += 40 { // the classes stand one after the other
		at := strings.LastIndexByte(lines[line], ',')
		name := lines[line][at+1:]
		for _, other := range []string{"class_0", "class_1", "class_2"} {
			if other != name {
				lines[line] = lines[line][:at+1] + other
				break
			}
		}
		changed[fmt.Sprintf("wine.csv:%d", line+1)] = true
	}
	write(t, dir+"/wine.csv", strings.Join(lines, "\n")+"\n")
	ok(t, dir, "train", "wine.csv", "--target", "class", "--epochs", "40")
	r := ok(t, dir, "eval", "--suspects", "8", "--folds", "4", "--json")
	var report struct{ Suspects session.Suspects }
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatal(err)
	}
	s := report.Suspects
	found := 0
	for _, x := range s.Worst {
		if changed[x.Origin] {
			found++
		}
	}
	if s.Folds != 4 || s.Examples != 178 || found < len(changed)-1 || s.Found < found { // one may lie between two classes
		t.Errorf("%d of %d changed labels are found: %+v", found, len(changed), s)
	}
	if !strings.Contains(r.err, "training without fold 4 of 4") {
		t.Error(r.err)
	}
	shown := ok(t, dir, "eval", "--suspects", "3", "--part", "train").out
	if !strings.Contains(shown, "labels look wrong in ") || !strings.Contains(shown, "judged by the model") {
		t.Error(shown)
	}
	text := strings.Split(strings.TrimSpace(houses(400)), "\n")
	cells := strings.Split(text[100], ",")
	cells[6] = "9999"
	text[100] = strings.Join(cells, ",")
	write(t, dir+"/houses.csv", strings.Join(text, "\n")+"\n")
	ok(t, dir, "train", "houses.csv", "--target", "price", "--epochs", "60")
	if r := ok(t, dir, "eval", "--suspects", "1", "--folds", "2"); !strings.Contains(r.out, "houses.csv:101   price   9999") {
		t.Errorf("no mistyped price in\n%s", r.out)
	}
}

// Columns that know too much are named before the training, and so is the order of time; ordinary columns are not.
func TestLeaks(t *testing.T) {
	dir := t.TempDir()
	rows := strings.Split(strings.TrimSpace(houses(300)), "\n")
	rows[0] += ",with tax,day"
	for i, row := range rows[1:] {
		price, err := strconv.ParseFloat(row[strings.LastIndexByte(row, ',')+1:], 64)
		tax := ""
		if err == nil {
			tax = fmt.Sprintf("%.2f", 1.19*price+7)
		}
		rows[i+1] += fmt.Sprintf(",%s,20%02d-%02d-%02d", tax, 10+i/60, 1+i/5%12, 1+i%5)
	}
	write(t, dir+"/houses.csv", strings.Join(rows, "\n")+"\n")
	r := ok(t, dir, "train", "houses.csv", "--target", "price", "--epochs", "2")
	for _, want := range []string{
		`warn     with tax alone explains 100.00 % of the variance of price`, `--columns "with tax=ignored"`, "note     the rows are in the order of day, and are divided at random",
	} {
		if !strings.Contains(r.err, want) {
			t.Errorf("no %q in\n%s", want, r.err)
		}
	}
	if n := strings.Count(r.err, " alone "); n != 1 || strings.Contains(r.err, "order of sold") {
		t.Errorf("%d columns that know too much in\n%s", n, r.err)
	}
	if r := ok(t, dir, "train", "houses.csv", "--target", "price", "--epochs", "2", "--columns", "with tax=ignored"); strings.Contains(r.err, " alone ") {
		t.Errorf("left out, and still named:\n%s", r.err)
	}
	if r := ok(t, dir, "train", "houses.csv", "--target", "price", "--epochs", "1", "--folds", "2"); strings.Count(r.err, " alone ") != 1 {
		t.Errorf("folds:\n%s", r.err)
	}
	var report struct{ Leaks []leakage.Finding }
	if err := json.Unmarshal([]byte(ok(t, dir, "train", "houses.csv", "--target", "price", "--epochs", "1", "--json").out), &report); err != nil || len(report.Leaks) != 1 {
		t.Errorf("%+v, %v", report, err)
	}
}

// Names of classes come from files: a spreadsheet runs none of them, and a terminal obeys none.
func TestHostileClassNames(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	b.WriteString("=x(),label\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d,%s\n", i, []string{"=cmd()", "\x1b]0;title\a", "@sum"}[i%3])
	}
	write(t, dir+"/evil.csv", b.String())
	ok(t, dir, "train", "evil.csv", "--target", "label", "--columns", "=x()=number", "--epochs", "2", "--val", "0.2")
	for _, file := range []string{"predictions.csv", "confusion.csv"} {
		rows, err := csv.NewReader(strings.NewReader(read(t, dir, "runs/latest/"+file))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, cell := range row {
				if cell != "" && strings.ContainsRune("=@+", rune(cell[0])) {
					t.Errorf("%s has the cell %q", file, cell)
				}
			}
		}
	}
	for _, args := range [][]string{{"eval"}, {"eval", "--suspects", "9", "--part", "train"}, {"eval", "--importance"}, {"eval", "--confusion", "--top-losses", "3"}} {
		if r := ok(t, dir, args...); strings.ContainsAny(r.out+r.err, "\x1b\a") {
			t.Errorf("%q: %q", args, r.out+r.err)
		}
	}
}

// What cannot be asked for is said with what can.
func TestDepthIsAskedForProperly(t *testing.T) {
	dir := t.TempDir()
	ok(t, dir, "train", "iris", "--epochs", "2")
	ok(t, dir, "export", "1", "--to", "safetensors", "-o", "iris.safetensors")
	for _, c := range []struct {
		line string
		code int
		want string
	}{
		{"eval --suspects 0", 2, "such as 20"},
		{"eval --folds 5", 2, "gradus train DATA --folds 5"},
		{"eval --suspects 5 --folds 1", 2, "want 2 or more"},
		{"eval --suspects 5 --folds 5000", 3, "want 2 to 150"},
		{"eval --suspects 5 --folds 5 --data iris", 2, "leave iris out"},
		{"eval runs/latest/last.gradus --suspects 5 --folds 5", 2, "is no run"},
		{"eval --repeats 3", 2, "are for --importance"},
		{"eval --importance --repeats 0", 2, "want 1 to 1000"},
	} {
		if r := gradus(t, dir, strings.Fields(c.line)...); r.code != c.code || !strings.Contains(r.err, c.want) {
			t.Errorf("%s: exit %d, %s; want %d, %q", c.line, r.code, r.err, c.code, c.want)
		}
	}
	if r := ok(t, dir, "eval", "--importance"); !strings.Contains(r.out, "petal length (cm)") || !strings.Contains(r.out, "accuracy falls by") {
		t.Error(r.out)
	}
	ok(t, dir, "train", "mnist", "--limit", "500", "--epochs", "1")
	if r := gradus(t, dir, "eval", "--importance"); r.code != 3 || !strings.Contains(r.err, "pixels say nothing one by one") {
		t.Errorf("pixels: exit %d, %s", r.code, r.err)
	}
	if r := ok(t, dir, "eval", "--suspects", "2"); !strings.Contains(r.out, "looks like") {
		t.Error(r.out)
	}
}
