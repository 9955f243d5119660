package dataset

import "testing"

// keyedRows are rows whose first feature is a key.
type keyedRows struct {
	Floats
	asked *bool
}

func (k keyedRows) AppendKey(dst []byte, row int) []byte {
	*k.asked = true
	return append(dst, byte(k.Row(row)[0]))
}

// TestOverlapByKeys: parts of one keyed table are compared by its keys, others by their features, with one result.
func TestOverlapByKeys(t *testing.T) {
	asked := false
	x := &keyedRows{NewFloats([]float32{1, 10, 2, 20, 1, 10, 3, 30, 2, 20, 2, 20}, 2), &asked}
	all, err := FromLabels("rows", x, nil, []int32{0, 1, 0, 1, 0, 1}, []string{"a", "b"})
	if err != nil {
		t.Fatal(err)
	}
	a, b := all.Subset([]int{0, 3, 1}), all.Subset([]int{2, 4, 5})
	if n := a.Overlap(b); n != 3 || !asked {
		t.Errorf("%d rows of three in common; asked for keys: %v", n, asked)
	}
	asked = false
	other, _ := FromLabels("others", NewFloats([]float32{1, 10, 2, 21}, 2), nil, []int32{0, 1}, []string{"a", "b"})
	if n := a.Overlap(other); n != 1 || asked {
		t.Errorf("%d rows of one in common; asked for keys: %v", n, asked)
	}
	if n := b.Overlap(a); n != 2 { // 1 10 and 2 20; 3 30 is not in b
		t.Errorf("%d rows of two in common", n)
	}
}
