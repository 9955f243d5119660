package columns

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// find returns the columns that a text means: one by its name or its number from 1, or several, apart by commas. The
// longest name counts, for there are names with commas in them.
func (t *Table) find(target string) ([]int, error) {
	if strings.TrimSpace(target) == "" {
		return nil, optionf("target", "is missing: which column of %s is to be learnt? One of %s", t.Name, list(t.Names))
	}
	if i := t.column(target); i >= 0 {
		return []int{i}, nil
	}
	const most = 16 // words of a name in a list, lest the search take long
	longest := 1
	for _, name := range t.Names {
		longest = max(longest, min(most, 1+strings.Count(name, ",")))
	}
	var at []int
	words := strings.Split(target, ",")
	for i := 0; i < len(words); {
		j, column := min(i+longest, len(words)), -1
		for ; j > i; j-- {
			if column = t.column(strings.Join(words[i:j], ",")); column >= 0 {
				break
			}
		}
		switch {
		case column < 0:
			return nil, optionf("target", "is %q, which is no column of %s; want one of %s", strings.TrimSpace(words[i]), t.Name, list(t.Names))
		case slices.Contains(at, column):
			return nil, optionf("target", "names %q twice", t.Names[column])
		}
		at, i = append(at, column), j
	}
	return at, nil
}

// column returns the column with a name, or a number from 1; -1 if there is none.
func (t *Table) column(name string) int {
	for _, name := range []string{name, strings.TrimSpace(name)} {
		if i := slices.Index(t.Names, name); i >= 0 {
			return i
		}
	}
	if n, err := strconv.Atoi(strings.TrimSpace(name)); err == nil && n >= 1 && n <= len(t.Names) {
		return n - 1
	}
	return -1
}

// Tasks lists what can be asked for, for messages.
var Tasks = []Task{Classification, Regression, Labels}

// checkTask reports why a task cannot be asked for, of so many targets.
func checkTask(task Task, targets int) error {
	if task != Auto && !slices.Contains(Tasks, task) {
		return optionf("task", "is %q; want classification, regression or labels", task)
	}
	if task == Classification && targets > 1 {
		return optionf("task", "is classification, but there are %d targets: a network learns one class, several labels (--task labels) or several numbers (--task regression)", targets)
	}
	return nil
}

// inferTargets decides what is to be learnt of the columns, and lists classes and labels.
func (s *Schema) inferTargets(asked []aspirant, task Task) error {
	for i := range asked {
		if err := asked[i].check(); err != nil {
			return err
		}
	}
	if task == Auto {
		var err error
		if task, err = usualTask(asked); err != nil {
			return err
		}
	}
	for i := range s.Targets {
		if err := asked[i].make(&s.Targets[i], task); err != nil {
			return err
		}
	}
	if task != Labels {
		return nil
	}
	seen := map[string]bool{}
	for _, name := range s.Answers() {
		if seen[name] {
			return optionf("target", "means two labels called %q; rename one of the columns", name)
		}
		seen[name] = true
	}
	return nil
}

// An aspirant is a column that is to be a target, and what is found in it.
type aspirant struct {
	survey
	all            []string // values, unless there are too many
	table          *Table
	name           string
	column         int
	isNumber       bool // nearly all cells are numbers
	comma          bool
	isTruth        bool // all cells say yes or no
	yes, no        bool // that are there
	separator      string
	labels         []string
	looksLikeLists bool // of labels
}

func aspire(t *Table, j int, found *survey) aspirant {
	a := aspirant{survey: *found, table: t, name: t.Names[j], column: j}
	a.isNumber, a.comma = a.numeric()
	if a.isTruth = !a.values.many; a.isTruth {
		a.all = a.values.list()
	}
	for _, v := range a.all {
		yes, ok := truth([]byte(v))
		a.isTruth = a.isTruth && ok
		a.yes, a.no = a.yes || ok && yes, a.no || ok && !yes
	}
	if !a.isNumber && !a.isTruth {
		a.lists()
	}
	return a
}

// check reports what makes a column no target of any kind.
func (a *aspirant) check() error {
	switch {
	case a.present == 0:
		return optionf("target", "is %q, which is empty in every row", a.name)
	case a.values.distinct == 1 && !a.values.many:
		return optionf("target", "is %q, which is the same in every row: there is nothing to learn", a.name)
	}
	return nil
}

// separators keep labels in a cell apart, the more usual one first.
var separators = []string{"|", ";"}

// lists looks for labels in the cells, with the separator that stands in more of them.
func (a *aspirant) lists() {
	most := 0
	a.separator = separators[0]
	for _, separator := range separators {
		n := 0
		a.each(func(cell []byte) bool {
			if bytes.Contains(cell, []byte(separator)) {
				n++
			}
			return true
		})
		if n > most {
			most, a.separator = n, separator
		}
	}
	if most == 0 { // a label a cell
		a.labels = slices.Sorted(slices.Values(a.all))
		return
	}
	cells, labels := map[string]bool{}, map[string]bool{}
	a.each(func(cell []byte) bool {
		if len(cells) <= surveyed && !cells[string(cell)] {
			cells[string(cell)] = true
		}
		eachLabel(cell, a.separator, func(label []byte) bool {
			if !labels[string(label)] {
				labels[string(label)] = true
			}
			return len(labels) <= maxClasses
		})
		return len(labels) <= maxClasses
	})
	a.labels = slices.Sorted(maps.Keys(labels))
	// Names of classes may have a bar in them. Labels come again in other company, so that they are fewer than the cells.
	a.looksLikeLists = len(labels) <= maxClasses && len(labels) < len(cells)
}

// each calls f with the cells that are not missing, of equal ones once if the survey has them all, until f returns false.
func (a *aspirant) each(f func(cell []byte) bool) {
	if !a.values.many {
		for _, v := range a.all {
			if !f([]byte(v)) {
				return
			}
		}
		return
	}
	var cell []byte
	for _, b := range a.table.blocks {
		for i := range b.n {
			if cell = b.appendCell(cell[:0], i, a.column); !missing(cell) && !f(cell) {
				return
			}
		}
	}
}

// isLabels reports whether a column can only be one of labels, beside others.
func (a *aspirant) isLabels() bool { return a.isTruth || a.looksLikeLists }

// usualTask is what is learnt of the targets if nobody says it.
func usualTask(asked []aspirant) (Task, error) {
	if a := asked[0]; len(asked) == 1 {
		whole := a.isNumber && !a.values.many && a.whole && a.values.distinct <= maxIntClasses && a.present >= rowsAClass*a.values.distinct
		switch {
		case a.looksLikeLists:
			return Labels, nil
		case whole || !a.isNumber:
			return Classification, nil
		}
		return Regression, nil
	}
	numbers, labels := true, true
	for i := range asked {
		numbers, labels = numbers && asked[i].isNumber, labels && asked[i].isLabels()
	}
	switch {
	case labels:
		return Labels, nil
	case numbers:
		return Regression, nil
	}
	for i := range asked {
		if a := &asked[i]; !a.isNumber && !a.isLabels() {
			return Auto, optionf("target", "names %d columns, and %q is neither numbers nor yes and no: several targets are all numbers, or all labels; train a network of its own for classes", len(asked), a.name)
		}
	}
	return Auto, optionf("target", "names %d columns, some of numbers and some of labels: want one kind of them", len(asked))
}

// make sets what is to be learnt.
func (a *aspirant) make(t *Target, task Task) error {
	switch task {
	case Regression:
		if !a.isNumber {
			return optionf("task", "is regression, but %q is not a column of numbers: %s:%d has %q", a.name, a.table.Name, a.odd.Line, a.odd.Text)
		}
		t.DecimalComma = a.comma
		return nil
	case Labels:
		return a.makeLabels(t)
	}
	switch {
	case a.values.many:
		return optionf("target", "is %q, which has more than %d different values; want classes, or numbers", a.name, maxClasses)
	case a.values.distinct == a.present && a.present > 2:
		return optionf("target", "is %q, whose values are all different: no class has two examples", a.name)
	}
	t.Classes = slices.SortedFunc(slices.Values(a.all), func(x, y string) int {
		v, fineV := number([]byte(x), a.comma)
		w, fineW := number([]byte(y), a.comma)
		if fineV && fineW && v != w {
			return cmp.Compare(v, w)
		}
		return cmp.Compare(x, y)
	})
	return nil
}

func (a *aspirant) makeLabels(t *Target) error {
	switch {
	case a.isTruth && !(a.yes && a.no):
		return optionf("target", "is %q, which is the same in every row: there is nothing to learn", a.name)
	case a.isTruth:
		t.Labels = []string{a.name}
	case a.isNumber:
		return optionf("task", "is labels, but %q is a column of numbers; want yes and no (1 and 0), or labels apart by %s", a.name, strings.Join(separators, " or "))
	case len(a.labels) > maxClasses:
		return optionf("target", "is %q, which has more than %d different labels", a.name, maxClasses)
	case len(a.labels) == 0:
		return optionf("target", "is %q, which has no label in any row", a.name)
	default:
		t.Labels, t.Separator = a.labels, a.separator
	}
	return nil
}
