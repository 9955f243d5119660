package main

import (
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/internal/exit"
	"github.com/gradus-nn/gradus/internal/scores"
	"github.com/gradus-nn/gradus/internal/session"
)

// Limits are lower bounds of what should be large and upper bounds of what should be small, of all or of one class or target.
func TestFailUnder(t *testing.T) {
	area := 0.9
	r := &session.EvalReport{
		Metrics: map[string]float64{"acc": 0.5, "rmse": 20, "r2": -1},
		Classes: []scores.Score{{Class: "a=b", Recall: 0.7, AUC: &area}, {Class: "c"}},
		Targets: []scores.Deviation{{Target: "speed", MAE: 3}},
	}
	for text, want := range map[string]struct {
		code int
		says string
	}{
		"acc=0.5":                     {0, ""},
		"acc=0.5,rmse=20,r2=-1":       {0, ""},
		" acc=0.5 , rmse=30":          {2, "want a figure and a number"}, // a space in a number is a slip
		"acc=0.51,rmse=19":            {4, "acc is 0.5000, under the 0.51 of --fail-under; rmse is 20.0000, over the 19 of --fail-under"},
		"r2=-0.5":                     {4, "r2 is -1.0000, under"},
		"recall:a=b=0.7":              {0, ""},
		"recall:a=b=0.71":             {4, "recall:a=b is 0.7000, under the 0.71"},
		"auc:a=b=0.95":                {4, "roc_auc:a=b is 0.9000"},
		"auc:c=0.5":                   {2, "has no roc_auc:c"},
		"acc:c=0.5":                   {2, "has no acc:c"},
		"recall:dog=0.5":              {2, "has no recall:dog"},
		"mae:speed=2":                 {4, "mae:speed is 3.0000, over the 2"},
		"mae:speed=3":                 {0, ""},
		"recall:=0.5":                 {2, "after the colon"},
		"f1=0.5":                      {2, "has no f1"},
		"acc":                         {2, "such as acc=0.95"},
		"=1":                          {2, "such as acc=0.95"},
		"acc=":                        {2, "such as acc=0.95"},
		"acc=NaN":                     {2, "such as acc=0.95"},
		"accuracy=0.9":                {2, "the figures are acc, balanced_acc"},
		"acc=95":                      {2, "want a share between 0 and 1"},
		"recall:\x1b]0;title\a=0.5":   {2, "has no recall:"},
		"log_loss=0.1,,":              {2, "such as acc=0.95"},
		strings.Repeat("acc=0,", 999): {2, "such as acc=0.95"},
	} {
		limits, err := parseLimits(text)
		if err == nil {
			err = keepWithin(limits, r)
		}
		if exit.Code(err) != want.code || err != nil && (!strings.Contains(err.Error(), want.says) || strings.ContainsAny(err.Error(), "\x1b\a")) {
			t.Errorf("%q: exit %d, %v; want %d, %q", text, exit.Code(err), err, want.code, want.says)
		}
	}
	if limits, err := parseLimits(""); limits != nil || err != nil {
		t.Errorf("%v, %v", limits, err)
	}
}
