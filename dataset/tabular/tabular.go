// Package tabular carries small tables inside the program, in the copies of scikit-learn: [Iris], [Wine], [BreastCancer] and the 8 by 8
// [Digits] of the UCI Machine Learning Repository, and a regression, [Diabetes].
//
// The features are as they were measured, not standardised; see package preprocess. Where the data come from, and under
// which licence, is in data/README.md.
package tabular

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/tensor"
)

var (
	//go:embed data/iris.csv
	irisCSV []byte
	//go:embed data/wine.csv
	wineCSV []byte
	//go:embed data/breast_cancer.csv
	breastCancerCSV []byte
	//go:embed data/digits.csv.gz
	digitsCSV []byte
	//go:embed data/diabetes.csv
	diabetesCSV []byte
)

// A Table is a set whose features have names.
type Table struct {
	*dataset.Set
	Columns []string // names of the features
}

// Iris returns 150 flowers of 3 species, 50 of each, with the length and width of sepal and petal. They are sorted by species.
// R. A. Fisher, "The use of multiple measurements in taxonomic problems", 1936.
func Iris() (*Table, error) {
	return read("iris", irisCSV, true, []string{"setosa", "versicolor", "virginica"}, irisColumns)
}

// Wine returns 178 wines of 3 growers, with 13 results of chemical analysis. They are sorted by grower.
// S. Aeberhard and M. Forina, 1991.
func Wine() (*Table, error) {
	return read("wine", wineCSV, true, []string{"class_0", "class_1", "class_2"}, wineColumns)
}

// BreastCancer returns 569 tumours, 212 malignant and 357 benign, with 30 measures of the cells' nuclei.
// W. Wolberg, O. Mangasarian, N. Street and W. Street, Diagnostic Wisconsin, 1993.
func BreastCancer() (*Table, error) {
	return read("breast-cancer", breastCancerCSV, true, []string{"malignant", "benign"}, breastCancerColumns())
}

// Digits returns 1797 handwritten digits of 8 by 8 pixels with values 0 to 16, in Shape [64].
// E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits, test part, 1998.
func Digits() (*Table, error) {
	z, err := gzip.NewReader(bytes.NewReader(digitsCSV))
	if err != nil {
		return nil, damaged("digits", err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, damaged("digits", err)
	}
	return read("digits", text, false, dataset.Numbered(10), digitsColumns())
}

// read returns the table of a CSV file: features and, in the last column, the number of the class. The first line of a headed
// file (rows, columns, names of the classes) is not a row.
func read(name string, text []byte, headed bool, classes, columns []string) (*Table, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.ReuseRecord = true
	r.FieldsPerRecord = -1
	var (
		x      []float32
		labels []int32
	)
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, damaged(name, err)
		}
		if headed {
			headed = false
			continue
		}
		line, _ := r.FieldPos(0)
		if len(record) != len(columns)+1 {
			return nil, damaged(name, fmt.Errorf("line %d has %d fields; want %d", line, len(record), len(columns)+1))
		}
		for _, field := range record[:len(columns)] {
			v, err := strconv.ParseFloat(field, 32)
			if err != nil {
				return nil, damaged(name, fmt.Errorf("line %d: %w", line, err))
			}
			x = append(x, float32(v))
		}
		label, err := strconv.ParseInt(record[len(columns)], 10, 32)
		if err != nil {
			return nil, damaged(name, fmt.Errorf("line %d: %w", line, err))
		}
		labels = append(labels, int32(label))
	}
	set, err := dataset.FromLabels(name, dataset.NewFloats(x, len(columns)), tensor.Shape{len(columns)}, labels, classes)
	if err != nil {
		return nil, damaged(name, err)
	}
	return &Table{set, columns}, nil
}

func damaged(name string, err error) error {
	return fmt.Errorf("tabular: the embedded table %s is damaged: %w; is this program complete?", name, err)
}
