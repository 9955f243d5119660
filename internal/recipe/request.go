// Package recipe turns what somebody asks for into everything that decides the weights of a training, and stores it
// so that it can be repeated.
package recipe

import (
	"fmt"
	"reflect"
)

// Form is the version of the file that Recipe is stored in.
const Form = 1

// A Request is what somebody asks for, on the command line or in a file; nil means "what is usual". A stored Recipe reads
// back as a Request that leaves nothing open.
type Request struct {
	Form *int `yaml:"gradus,omitempty"`

	Data       *string `yaml:"data,omitempty"`
	DataSHA256 *string `yaml:"data-sha256,omitempty"`
	Target     *string `yaml:"target,omitempty"`
	Task       *string `yaml:"task,omitempty"`
	Columns    *string `yaml:"columns,omitempty"`
	Header     *string `yaml:"header,omitempty"`
	Size       *string `yaml:"size,omitempty"`
	Channels   *int    `yaml:"channels,omitempty"`
	Fit        *string `yaml:"fit,omitempty"`

	Split *string  `yaml:"split,omitempty"`
	Limit *int     `yaml:"limit,omitempty"`
	Val   *float64 `yaml:"val,omitempty"`

	ValData        *string `yaml:"val-data,omitempty"`
	ValDataSHA256  *string `yaml:"val-data-sha256,omitempty"`
	TestData       *string `yaml:"test-data,omitempty"`
	TestDataSHA256 *string `yaml:"test-data-sha256,omitempty"`

	Scale *string `yaml:"scale,omitempty"`

	From       *string `yaml:"from,omitempty"`
	FromSHA256 *string `yaml:"from-sha256,omitempty"`
	NewHead    *bool   `yaml:"new-head,omitempty"`
	Freeze     *string `yaml:"freeze,omitempty"`

	Layers *string `yaml:"layers,omitempty"`
	Act    *string `yaml:"act,omitempty"`
	Output *string `yaml:"output,omitempty"`
	Init   *string `yaml:"init,omitempty"`
	Loss   *string `yaml:"loss,omitempty"`

	ClassWeight *string `yaml:"class-weight,omitempty"`

	L1      *float64 `yaml:"l1,omitempty"`
	L2      *float64 `yaml:"l2,omitempty"`
	L2Style *string  `yaml:"l2-style,omitempty"`

	Opt         *string  `yaml:"opt,omitempty"`
	LR          *float64 `yaml:"lr,omitempty"`
	Momentum    *float64 `yaml:"momentum,omitempty"`
	Schedule    *string  `yaml:"schedule,omitempty"`
	Clip        *float64 `yaml:"clip,omitempty"`
	Batch       *int     `yaml:"batch,omitempty"`
	Epochs      *int     `yaml:"epochs,omitempty"`
	Iters       *int     `yaml:"iters,omitempty"`
	Replacement *bool    `yaml:"replacement,omitempty"`
	Patience    *int     `yaml:"patience,omitempty"`
	Monitor     *string  `yaml:"monitor,omitempty"`
	Seed        *uint64  `yaml:"seed,omitempty"`

	Watch Watcher `yaml:"-"` // of Load; nil: nobody. It is no setting.
}

// A Watcher is told now and then how far reading has got, which ends with the error that it returns.
type Watcher interface{ At(Reading) error }

// A Reading is how far the reading of data has got.
type Reading struct {
	Done, Of int64  // Of is 0 where nobody knows
	Unit     string // images, or bytes
}

// A FieldError is a setting that cannot be used.
type FieldError struct {
	Field string // as in the file and, after --, on the command line
	Text  string
}

func (e *FieldError) Error() string { return e.Field + " " + e.Text }

func fieldf(field, format string, args ...any) error {
	return &FieldError{field, fmt.Sprintf(format, args...)}
}

// Read reads a request from a file of settings, such as the config.yaml of a run.
func Read(path string) (*Request, error) {
	r := &Request{}
	if err := ReadYAML(path, r); err != nil {
		return nil, err
	}
	if r.Form != nil && *r.Form != Form {
		return nil, fmt.Errorf("%s: written in form %d, which this gradus does not know (it knows %d); use a newer gradus", path, *r.Form, Form)
	}
	return r, nil
}

// Over returns r with every setting of base that r leaves open.
func (r *Request) Over(base *Request) *Request {
	all := *base
	to, from := reflect.ValueOf(&all).Elem(), reflect.ValueOf(r).Elem()
	for i := range from.NumField() {
		if f := from.Field(i); !f.IsNil() {
			to.Field(i).Set(f)
		}
	}
	return &all
}
