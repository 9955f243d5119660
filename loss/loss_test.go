package loss_test

import (
	"testing"

	"github.com/gradus-nn/gradus/loss"
	"github.com/gradus-nn/gradus/loss/losstest"
)

func TestEveryLoss(t *testing.T) {
	for _, c := range losstest.Cases() {
		t.Run(c.Name, func(t *testing.T) { losstest.Examine(t, c.Loss, c.Out) })
	}
}

func TestEveryKindHasACase(t *testing.T) {
	examined := map[string]bool{}
	for _, c := range losstest.Cases() {
		examined[c.Loss.Kind()] = true
	}
	for _, l := range loss.Kinds {
		if !examined[l.Kind()] {
			t.Errorf("%s is in loss.Kinds, but losstest.Cases has no case for it", l.Kind())
		}
	}
}
