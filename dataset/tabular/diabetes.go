package tabular

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"

	"github.com/gradus-nn/gradus/dataset"
	"github.com/gradus-nn/gradus/tensor"
)

// DiabetesTarget is the column of Diabetes that is learnt.
const DiabetesTarget = "progression"

// Diabetes returns 442 patients with age, sex, body mass index, blood pressure and six blood serum measurements, as they were measured,
// and how far the disease had progressed a year later: a number from 25 to 346, mean 152.
// B. Efron, T. Hastie, I. Johnstone and R. Tibshirani, "Least angle regression", 2004.
func Diabetes() (*Table, error) {
	rows, err := csv.NewReader(bytes.NewReader(diabetesCSV)).ReadAll()
	if err != nil {
		return nil, damaged("diabetes", err)
	}
	columns, rows := rows[0][:len(rows[0])-1], rows[1:]
	var x, y []float32
	for i, row := range rows {
		for j, cell := range row {
			v, err := strconv.ParseFloat(cell, 32)
			if err != nil {
				return nil, damaged("diabetes", fmt.Errorf("line %d: %w", i+2, err))
			}
			if j < len(columns) {
				x = append(x, float32(v))
			} else {
				y = append(y, float32(v))
			}
		}
	}
	set, err := dataset.FromTargets("diabetes", dataset.NewFloats(x, len(columns)), tensor.Shape{len(columns)}, y, 1, nil)
	if err != nil {
		return nil, damaged("diabetes", err)
	}
	return &Table{set, columns}, nil
}

// DiabetesCSV is the table as the text of a file, with a row of names.
func DiabetesCSV() []byte { return bytes.Clone(diabetesCSV) }
