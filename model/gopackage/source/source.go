// Package source holds the arithmetic that goes into generated packages, file by file: what package kernel means, for one row and
// in plain Go. It is compiled and examined here, against package kernel and against package columns, and copied by package
// gopackage. Nothing outside these two uses it.
//
// The copied files use nothing newer than Go 1.22.
package source

import "embed"

// Files are the copied files.
//
//go:embed fma.go dense.go exp.go sigmoid.go tanh.go log.go softmax.go logsoftmax.go relu.go leakyrelu.go elu.go gelu.go
//go:embed softplus.go step.go smooth.go join.go scale.go missing.go number.go date.go category.go boolean.go
var Files embed.FS

// Needs are the files that a file rests on.
var Needs = map[string][]string{
	"dense.go":      {"fma.go"},
	"exp.go":        {"fma.go"},
	"sigmoid.go":    {"exp.go"},
	"tanh.go":       {"exp.go"},
	"log.go":        {"fma.go"},
	"softmax.go":    {"exp.go"},
	"logsoftmax.go": {"softmax.go", "log.go"},
	"elu.go":        {"smooth.go"},
	"gelu.go":       {"smooth.go"},
	"softplus.go":   {"smooth.go"},
	"category.go":   {"missing.go"},
}

// A Function computes in place on one row.
type Function func(x []float32)

// Plain are the functions without settings, by name: what the copied files call them is what they are listed by.
var Plain = map[string]Function{
	"relu": relu, "sigmoid": sigmoid, "tanh": tanh, "softmax": softmax, "logSoftmax": logSoftmax, "gelu": gelu, "softplus": softplus, "step": step,
}

// Sloped are the functions with a number.
var Sloped = map[string]func(x []float32, alpha float32){"leakyReLU": leakyReLU, "elu": elu, "divide": divide}

// The functions with several arguments, under the names that they have in the copied files.
var (
	Dense       = dense
	Add         = add
	Concat      = concat
	Standardize = standardize
	Number      = number
	Date        = date
	Category    = category
	Boolean     = boolean
	IsMissing   = isMissing
	CleanText   = cleanText
)
