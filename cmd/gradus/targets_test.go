package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
)

// energy is a table with two numbers to learn, of very different size.
func energy(rows int) string {
	rng := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	b.WriteString("area,kind,\"heating, kWh\",cooling\n")
	for i := range rows {
		area, kind := 100+rng.IntN(300), rng.IntN(2)
		heating := float64(area)*[]float64{0.5, 1.5}[kind] + 5*rng.NormFloat64()
		cooling := fmt.Sprintf("%.0f", 1e6+1e3*float64(area)+5e3*rng.NormFloat64())
		if i == 8 {
			cooling = "NA"
		}
		fmt.Fprintf(&b, "%d,%s,%.1f,%s\n", area, []string{"flat", "house"}[kind], heating, cooling)
	}
	return b.String()
}

// Several numbers are learnt by one network, each by its own deviation, and come back in their units.
func TestSeveralNumbers(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/energy.csv", energy(400))
	r := ok(t, dir, "train", "energy.csv", "--target", "heating, kWh,cooling")
	for _, want := range []string{
		"1 row without a target left out (line 10)", "task     regression of 2 targets, each by its deviation",
		"         heating, kWh  mean ", "         cooling       mean ", " deviations · r2", "heating, kWh: rmse ", "cooling: rmse ",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	// The noise is 5 and 5000.
	if h, c := number(t, r.out, `heating, kWh: rmse ([\d.]+)`), number(t, r.out, `cooling: rmse ([\d.]+)`); !(h > 4 && h < 12 && c > 4000 && c < 12000) {
		t.Errorf("rmse %v and %v; want about 5 and 5000", h, c)
	}
	if again := ok(t, dir, "train", "energy.csv", "--target", "3", "--target", "cooling"); number(t, again.out, `cooling: rmse ([\d.]+)`) != number(t, r.out, `cooling: rmse ([\d.]+)`) {
		t.Errorf("the flag given twice is not the flag with a list:\n%s", again.out)
	}
	if weights(t, dir, ok(t, dir, "train", "runs/1-energy-3-32-2/config.yaml")) != weights(t, dir, r) {
		t.Error("config.yaml does not repeat the run")
	}

	write(t, dir+"/new.csv", "kind,area\nhouse,200\n")
	rows, err := csv.NewReader(strings.NewReader(ok(t, dir, "predict", "1", "new.csv").out)).ReadAll()
	if err != nil || strings.Join(rows[0], "|") != "kind|area|prediction_heating, kWh|prediction_cooling" {
		t.Fatal(rows, err)
	}
	var p struct {
		Predictions []struct {
			Targets []string
			Values  []float64
		}
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "predict", "1", "new.csv", "--json").out), &p); err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{300, 1.2e6} {
		cell, err := strconv.ParseFloat(rows[1][2+i], 64)
		if got := p.Predictions[0].Values[i]; err != nil || math.Abs(cell-want) > 0.05*want || math.Abs(got-cell) > 1e-5*want {
			t.Errorf("%s: %v in the table, %v as JSON; want about %v", p.Predictions[0].Targets[i], cell, got, want)
		}
	}
	if r := gradus(t, dir, "eval", "1", "new.csv"); r.code != 3 || !strings.Contains(r.err, `new.csv has no column "heating, kWh" to judge the answers by`) {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if r := ok(t, dir, "eval", "1", "energy.csv"); !strings.Contains(r.out, "399 examples") || !strings.Contains(r.out, " deviations · r2") {
		t.Error(r.out)
	}
	if r := ok(t, dir, "train", "energy.csv", "--target", "cooling,3", "--folds", "3"); !strings.Contains(r.out, "3 trainings on 3 folds") || !(number(t, r.out, `result   rmse ([\d.]+)`) < 0.3) {
		t.Error(r.out)
	}
}

// weights is the checksum of a run's weights.
func weights(t *testing.T, dir string, r outcome) string {
	t.Helper()
	at := strings.Index(r.out, "saved    ")
	run, _, _ := strings.Cut(r.out[at+len("saved    "):], "\n")
	data, err := os.ReadFile(dir + "/" + run + "/result.json")
	if err != nil {
		t.Fatal(err)
	}
	var result struct{ SHA256 string }
	if err := json.Unmarshal(data, &result); err != nil || result.SHA256 == "" {
		t.Fatalf("%v: %s", err, data)
	}
	return result.SHA256
}

// films is a table with a list of labels, and with a column of yes and no for one more.
func films(rows int) string {
	rng := rand.New(rand.NewPCG(5, 6))
	var b strings.Builder
	b.WriteString("length,budget,studio,genres,award\n")
	for range rows {
		length, budget, studio := 80+rng.IntN(60), rng.IntN(100), rng.IntN(3)
		var genres []string
		if budget > 50 {
			genres = append(genres, "action")
		}
		if length < 105 && studio > 0 {
			genres = append(genres, "comedy")
		}
		if length > 115 {
			genres = append(genres, "drama")
		}
		fmt.Fprintf(&b, "%d,%d,%c,%s,%v\n", length, budget, 'A'+studio, strings.Join(genres, ";"), []string{"no", "yes"}[studio/2])
	}
	return b.String()
}

// Any number of labels an example: each a probability of its own.
func TestLabels(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/films.csv", films(500))
	r := ok(t, dir, "train", "films.csv", "--target", "genres")
	for _, want := range []string{
		"task     3 labels, several at once, apart by ; in genres: action, comedy, drama   ", " rows without any",
		" → 3 sigmoid", "cross-entropy of each output", "always the same ", " · logistic: ", "wrong labels ",
	} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	if right := number(t, r.out, `result   test ([\d.]+) %`); right < 80 {
		t.Errorf("all labels right in %v %%; want 80 or more", right)
	}
	write(t, dir+"/new.csv", "length,budget,studio,award\n85,90,B,no\n130,10,A,yes\n110,20,A,no\n")
	rows, err := csv.NewReader(strings.NewReader(ok(t, dir, "predict", "1", "new.csv").out)).ReadAll()
	if err != nil || strings.Join(rows[0][4:], ",") != "prediction,p_action,p_comedy,p_drama" {
		t.Fatal(rows, err)
	}
	for i, want := range []string{"action;comedy", "drama", ""} {
		if got := rows[1+i][4]; got != want {
			t.Errorf("row %d: %q; want %q: %v", i, got, want, rows[1+i])
		}
	}
	var p struct {
		Predictions []struct {
			Labels *[]string
			Top    []struct{ Probability float64 }
		}
	}
	if err := json.Unmarshal([]byte(ok(t, dir, "predict", "1", "new.csv", "--json").out), &p); err != nil {
		t.Fatal(err)
	}
	if l := p.Predictions[0].Labels; l == nil || strings.Join(*l, ",") != "action,comedy" {
		t.Errorf("%+v", p)
	}
	if l := p.Predictions[2].Labels; l == nil || len(*l) > 0 {
		t.Error("no label is an empty list, not a missing one")
	}
	if r := ok(t, dir, "predict", "1", "--index", "0"); !strings.Contains(r.out, "   by ") || !strings.Contains(r.out, "films test #0") {
		t.Error(r.out)
	}
	write(t, dir+"/more.csv", "length,budget,studio,genres,award\n85,90,B,action; comedy,no\n130,10,A,none,yes\n85,90,B,action;western,no\n")
	if r := gradus(t, dir, "eval", "1", "more.csv"); r.code != 3 || !strings.Contains(r.err, `more.csv:4: genres has "western", a label that was not there in training; known are action, comedy, drama`) {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if r := ok(t, dir, "train", "films.csv", "--target", "genres,award", "--folds", "2", "--epochs", "20"); !strings.Contains(r.out, "4 labels, several at once") {
		t.Error(r.out)
	}
	if r := gradus(t, dir, "train", "films.csv", "--target", "genres,budget"); r.code != 2 || !strings.Contains(r.err, "some of numbers and some of labels") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	for _, c := range [][2]string{{"--loss mse", "learnt with cross-entropy"}, {"--output softmax", "want a sigmoid each"}} {
		args := append([]string{"train", "films.csv", "--target", "genres"}, strings.Fields(c[0])...)
		if r := gradus(t, dir, args...); r.code != 2 || !strings.Contains(r.err, c[1]) {
			t.Errorf("%s: exit %d, %s", c[0], r.code, r.err)
		}
	}
	if r := ok(t, dir, "train", "films.csv", "--target", "award,genres", "--class-weight", "drama=2", "--epochs", "20"); !strings.Contains(r.out, "weights  award 1 · action 1 · comedy 1 · drama 2") || !strings.Contains(r.out, "cross-entropy of each output, weighted") {
		t.Error(r.out)
	}
}

// rare is a table with few examples of one class, which two columns foretell a little.
func rare(rows int) string {
	rng := rand.New(rand.NewPCG(7, 8))
	var b strings.Builder
	b.WriteString("a,b,state\n")
	for range rows {
		ill := rng.Float64() < 0.06
		shift := 0.0
		if ill {
			shift = 1.2
		}
		fmt.Fprintf(&b, "%.3f,%.3f,%s\n", shift+rng.NormFloat64(), shift+rng.NormFloat64(), map[bool]string{true: "ill", false: "well"}[ill])
	}
	return b.String()
}

// Unbalanced classes are told of, not changed; --class-weight balanced finds the rare ones.
func TestClassWeight(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/t.csv", rare(1500))
	plain := ok(t, dir, "train", "t.csv", "--target", "state")
	if !strings.Contains(plain.err, "unbalanced: ") || !strings.Contains(plain.err, "--class-weight balanced") || strings.Contains(plain.out, "weighted") {
		t.Errorf("%s%s", plain.out, plain.err)
	}
	r := ok(t, dir, "train", "t.csv", "--target", "state", "--class-weight", "balanced")
	if strings.Contains(r.err, "unbalanced") || !strings.Contains(r.out, "cross-entropy cost, weighted") || !strings.Contains(r.out, "weights  ill ") || !strings.Contains(r.out, "with the same weights: balanced ") {
		t.Errorf("%s%s", r.out, r.err)
	}
	before, after := number(t, plain.out, `balanced ([\d.]+) %`), number(t, r.out, `scores   balanced ([\d.]+) %`)
	if after < before+5 {
		t.Errorf("balanced accuracy %v with weights, %v without", after, before)
	}
	// The recipe repeats it, the model carries the weights, and the same weights by name are the same training.
	if weights(t, dir, ok(t, dir, "train", "runs/2-t-2-32-2/config.yaml")) != weights(t, dir, r) {
		t.Error("config.yaml does not repeat the run")
	}
	if weights(t, dir, r) == weights(t, dir, plain) {
		t.Error("class weights change nothing")
	}
	ok(t, dir, "eval", "2")
	for _, c := range []struct{ text, want string }{
		{"balance", `--class-weight is "balance"; want balanced, none, or weights by class, such as ill=2,well=1`},
		{"sick=2", `--class-weight names "sick", which is no class here; they are ill, well`},
		{"ill=-1", "want a number above 0"},
	} {
		if r := gradus(t, dir, "train", "t.csv", "--target", "state", "--class-weight", c.text); r.code != 2 || !strings.Contains(r.err, c.want) {
			t.Errorf("%s: exit %d, %s; want %s", c.text, r.code, r.err, c.want)
		}
	}
}

// The regression that comes with the program is trained on as a table, by its name alone.
func TestDiabetes(t *testing.T) {
	dir := t.TempDir()
	r := ok(t, dir, "train", "diabetes")
	for _, want := range []string{"read     diabetes  442 rows · 11 columns", "task     regression of progression   mean 15", " · linear: rmse "} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	// scikit-learn's LinearRegression comes to 54.9 in ten folds (mean of five divisions); a test part of 88 patients is a rough measure.
	if rmse := number(t, r.out, `test rmse ([\d.]+)`); rmse < 45 || rmse > 70 {
		t.Errorf("rmse %v", rmse)
	}
	if weights(t, dir, ok(t, dir, "train", "runs/1-diabetes-10-32-1/config.yaml")) != weights(t, dir, r) {
		t.Error("config.yaml does not repeat the run")
	}
	if got := number(t, ok(t, dir, "eval", "1").out, `rmse ([\d.]+)`); got != number(t, r.out, `test rmse ([\d.]+)`) {
		t.Errorf("eval: rmse %v", got)
	}
	write(t, dir+"/new.csv", "age,sex,bmi,bp,s1,s2,s3,s4,s5,s6\n59,2,32.1,101,157,93.2,38,4,4.86,87\n")
	if p := number(t, ok(t, dir, "predict", "1", "new.csv").out, `,([\d.]+)\n$`); p < 100 || p > 300 {
		t.Errorf("predicted %v", p)
	}
	if r := ok(t, dir, "train", "diabetes", "--target", "bmi,bp", "--epochs", "5"); !strings.Contains(r.out, "regression of 2 targets") {
		t.Error(r.out)
	}
}

// A set that comes with the program becomes a table of one's own, which trains.
func TestDataAsTable(t *testing.T) {
	dir := t.TempDir()
	if r := ok(t, dir, "data", "export", "diabetes", "d.csv"); !strings.Contains(r.err, "d.csv   442 rows; gradus train d.csv --target progression") {
		t.Error(r.err)
	}
	ok(t, dir, "data", "export", "iris", "iris.csv")
	text, err := os.ReadFile(dir + "/iris.csv")
	if lines := strings.Split(string(text), "\n"); err != nil || len(lines) != 152 || lines[0] != "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm),class" || strings.Count(string(text), "virginica") != 50 {
		t.Errorf("%v\n%.200s", err, text)
	}
	if r := gradus(t, dir, "data", "export", "iris", "iris.csv"); r.code != 2 || !strings.Contains(r.err, "iris.csv exists; name another file") {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
	if r := ok(t, dir, "train", "d.csv", "--target", "progression", "--epochs", "3"); !strings.Contains(r.out, "442 rows · 11 columns") {
		t.Error(r.out)
	}
	if r := ok(t, dir, "train", "iris.csv", "--target", "class", "--epochs", "3"); !strings.Contains(r.out, "into 3 classes: setosa, versicolor, virginica") {
		t.Error(r.out)
	}
}
