package preprocess

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestImage(t *testing.T) {
	p := Pipeline{Image{28, 20, 3, Crop}, PixelScale{255}}
	text, err := json.Marshal(p)
	if want := `[{"image":{"width":28,"height":20,"channels":3,"fit":"crop"}},{"pixels":{"divide":255}}]`; err != nil || string(text) != want {
		t.Fatalf("%s, %v; want %s", text, err, want)
	}
	var back Pipeline
	if err := json.Unmarshal(text, &back); err != nil || back[0] != p[0] || back[1] != p[1] {
		t.Errorf("%v, %v", back, err)
	}
	if err := p.Check(28 * 20 * 3); err != nil {
		t.Error(err)
	}
	x := []float32{255, 51}
	Pipeline{Image{2, 1, 1, Stretch}, PixelScale{255}}.Apply(x, 2)
	if x[0] != 1 || x[1] != 0.2 {
		t.Errorf("%v", x)
	}
	if s, shape := p[0].(Image).String(), p[0].(Image).Shape(); s != "28×20 colour" || shape.String() != "3×20×28" {
		t.Errorf("%s, %v", s, shape)
	}
	for want, c := range map[string]struct {
		Image
		width int
	}{
		"0 by 5 pixels":                       {Image{0, 5, 1, Crop}, 0},
		"-1 by 5 pixels":                      {Image{-1, 5, 1, Crop}, -5},
		"99999 by 5 pixels":                   {Image{99999, 5, 1, Crop}, 99999 * 5},
		"2 channels":                          {Image{5, 5, 2, Crop}, 50},
		`fit is "pad"`:                        {Image{5, 5, 1, "pad"}, 25},
		"28×28 grey are 784 numbers; want 64": {Image{28, 28, 1, Stretch}, 64},
		"want at most 16777216":               {Image{9000, 9000, 1, Stretch}, 81_000_000},
	} {
		if err := c.Check(c.width); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want %s", c, err, want)
		}
	}
}
