package gopackage_test

import (
	"fmt"
	"strings"

	"github.com/gradus-nn/gradus/format/csv"
	"github.com/gradus-nn/gradus/layer"
	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/model"
	"github.com/gradus-nn/gradus/model/gopackage"
	"github.com/gradus-nn/gradus/nn"
	"github.com/gradus-nn/gradus/preprocess/columns"
	"github.com/gradus-nn/gradus/tensor"
)

// A package of a model of houses: a number and a category go in, a price comes out.
func Example() {
	houses, _ := columns.Read(strings.NewReader("area,district,price\n100,North,10\n120,South,20\n140,North,30\n"), csv.Options{}, columns.Present)
	schema, _ := columns.Infer(houses, columns.Options{Target: "price", Task: columns.Regression})
	rows, _ := schema.Examples(houses)
	schema, _ = schema.Fit(houses, rows)
	net, _ := nn.Compile[float32](nn.Spec{Input: tensor.Shape{schema.Width()}, Layers: []layer.Layer{layer.Dense{Units: 1}}, Loss: loss.MeanSquared{}}, nn.Config{})
	defer net.Close()
	m := model.From(net)
	m.Columns = schema

	p, err := gopackage.New(m, gopackage.Options{Name: "houses", Module: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	files, _ := p.Files(gopackage.Rows{})
	for _, f := range files {
		fmt.Println(f.Name)
		if f.Name != "predict.go" {
			continue
		}
		for _, line := range strings.Split(string(f.Data), "\n") {
			if strings.Contains(line, `// "`) {
				fmt.Println(strings.Join(strings.Fields(line), " "))
			}
		}
	}
	// Output:
	// category.go
	// dense.go
	// fma.go
	// go.mod
	// missing.go
	// number.go
	// predict.go
	// Area float64 // "area": NaN if it is missing; in training 120 ± 16.33
	// District string // "district": empty if it is missing; "North", "South"
	// Price float64 // "price"
	// predict_test.go
	// testdata/rows.tsv
	// weights.bin
}
