package terminal

import (
	"os"
	"strings"
	"testing"
)

func TestDetect(t *testing.T) {
	for _, c := range []struct {
		name  string
		env   string // NAME=value, separated by spaces
		color When
		file  bool // no terminal
		os    string
		want  Caps // Width, Height, TTY left out
	}{
		{name: "xterm", env: "TERM=xterm-256color LANG=en_GB.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: Color256}},
		{name: "colours announced", env: "TERM=xterm-256color COLORTERM=truecolor LANG=de_DE.utf8", want: Caps{Redraw: true, UTF8: true, Color: TrueColor}},
		{name: "old terminal", env: "TERM=vt220 LANG=C", want: Caps{Redraw: true, Color: Color16}},
		{name: "locale without UTF-8", env: "TERM=xterm-256color LC_ALL=C LANG=en_US.UTF-8", want: Caps{Redraw: true, Color: Color256}},
		{name: "no locale, as in containers", env: "TERM=xterm", want: Caps{Redraw: true, UTF8: true, Color: Color16}},
		{name: "Linux console", env: "TERM=linux", want: Caps{Redraw: true, Color: Color16}},
		{name: "dumb", env: "TERM=dumb COLORTERM=truecolor KITTY_WINDOW_ID=1 LANG=C.UTF-8", want: Caps{UTF8: true}},
		{name: "dumb, but asked for", env: "TERM=dumb LANG=C.UTF-8", color: Always, want: Caps{UTF8: true, Color: Color16}},
		{name: "NO_COLOR", env: "TERM=xterm-kitty NO_COLOR=1 LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true}},
		{name: "NO_COLOR, empty", env: "TERM=xterm-256color NO_COLOR= LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: Color256}},
		{name: "NO_COLOR, but asked for", env: "TERM=xterm-256color NO_COLOR=1 LANG=C.UTF-8", color: Always, want: Caps{Redraw: true, UTF8: true, Color: Color256}},
		{name: "never", env: "TERM=xterm-kitty LANG=C.UTF-8", color: Never, want: Caps{Redraw: true, UTF8: true}},
		{name: "file", env: "TERM=xterm-kitty LANG=C.UTF-8", file: true, want: Caps{UTF8: true}},
		{name: "file, but asked for", env: "TERM=xterm-kitty LANG=C.UTF-8", file: true, color: Always, want: Caps{UTF8: true, Color: TrueColor}},
		{name: "kitty", env: "TERM=xterm-kitty LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: TrueColor, Graphics: Kitty}},
		{name: "kitty, other TERM", env: "TERM=xterm-256color KITTY_WINDOW_ID=3 LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: Color256, Graphics: Kitty}},
		{name: "ghostty", env: "TERM=xterm-ghostty LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: TrueColor, Graphics: Kitty}},
		{name: "tmux inside kitty", env: "TERM=tmux-256color TMUX=/tmp/x KITTY_WINDOW_ID=3 LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: Color256}},
		{name: "tmux with another TERM", env: "TERM=xterm-256color TMUX=/tmp/x KITTY_WINDOW_ID=3 LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: Color256}},
		{name: "screen over ssh", env: "TERM=screen KITTY_WINDOW_ID=3 LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: Color16}},
		{name: "foot", env: "TERM=foot LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: TrueColor, Graphics: Sixel}},
		{name: "iTerm2", env: "TERM=xterm-256color TERM_PROGRAM=iTerm.app LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: TrueColor, Graphics: Sixel}},
		{name: "WezTerm", env: "TERM=xterm-256color TERM_PROGRAM=WezTerm LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true, Color: TrueColor, Graphics: Sixel}},
		{name: "macOS Terminal", env: "TERM=xterm-256color TERM_PROGRAM=Apple_Terminal LANG=en_US.UTF-8", os: "darwin", want: Caps{Redraw: true, UTF8: true, Color: Color256}},
		{name: "Windows Terminal", env: "WT_SESSION=x", os: "windows", want: Caps{Redraw: true, UTF8: true, Color: TrueColor}},
		{name: "Windows console", env: "", os: "windows", want: Caps{Redraw: true, Color: Color16}},
		{name: "nothing known", env: "LANG=C.UTF-8", want: Caps{Redraw: true, UTF8: true}},
	} {
		env := map[string]string{}
		for _, pair := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
		s := system{tty: !c.file, os: c.os, env: func(name string) string { return env[name] }}
		if s.tty {
			s.width, s.height = 120, 40
			c.want.TTY, c.want.Width, c.want.Height = true, 120, 40
		} else {
			c.want.Width = 80
		}
		if c.os == "" {
			s.os = "linux"
		}
		if c.color == "" {
			c.color = Auto
		}
		if have := s.detect(c.color); have != c.want {
			t.Errorf("%s:\nhave %+v\nwant %+v", c.name, have, c.want)
		}
	}
}

func TestWidthOfFile(t *testing.T) {
	s := system{env: func(name string) string { return map[string]string{"COLUMNS": "132"}[name] }}
	if have := s.detect(Auto).Width; have != 132 {
		t.Errorf("width %d, want what COLUMNS says", have)
	}
}

func TestDetectFile(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if c := Detect(f, Auto); c.TTY || c.Redraw || c.Color != NoColor || c.Graphics != NoGraphics {
		t.Errorf("a file is taken for a terminal: %+v", c)
	}
}

func TestParseWhen(t *testing.T) {
	for _, s := range []string{"auto", "always", "never"} {
		if w, err := ParseWhen(s); err != nil || string(w) != s {
			t.Errorf("%s: %q, %v", s, w, err)
		}
	}
	if _, err := ParseWhen("yes\x1b"); err == nil || err.Error() != `--color yes\x1b: want auto, always or never` {
		t.Errorf("have %v", err)
	}
}

func TestPaintAndGlyph(t *testing.T) {
	plain, colored := Caps{}, Caps{UTF8: true, Color: Color16}
	if s := plain.Paint(Red, "x") + plain.Glyph("✓", "ok"); s != "xok" {
		t.Errorf("plain: %q", s)
	}
	if s := colored.Paint(Red, "x") + colored.Paint(Bold, "") + colored.Glyph("✓", "ok"); s != "\x1b[31mx\x1b[0m✓" {
		t.Errorf("coloured: %q", s)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"T-shirt/top":            "T-shirt/top",
		"数字 é ñ हिन्दी":          "数字 é ñ हिन्दी",
		"全角\u3000空白 a\u00a0b":    "全角\u3000空白 a\u00a0b",
		"👩\u200d🔬 می\u200cخواهم": "👩\u200d🔬 می\u200cخواهم",
		"\x1b[2J\x1b]0;x\a":      `\x1b[2J\x1b]0;x\a`,
		"a\nb\r\tc\x00d\x7f":     `a\nb\r\tc\x00d\x7f`,
		"\u009b31m":              `\u009b31m`,
		"abc\u202egpj.exe\u2066": `abc\u202egpj.exe\u2066`,
		"\u2028\u2029\ufeff":     `\u2028\u2029\ufeff`,
		"\U000e0041tag":          `\U000e0041tag`,
		"bad\xff\xc3 byte":       `bad\xff\xc3 byte`,
		"honest \uFFFD":          "honest \uFFFD",
	} {
		if have := Clean(in); have != want {
			t.Errorf("%q: have %s, want %s", in, have, want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in      string
		columns int
		want    string
	}{
		{"abc", 5, "abc  "},
		{"abcdef", 6, "abcdef"},
		{"abcdefg", 6, "abcde…"},
		{"数字数字", 5, "数字…"},
		{"数字数字", 6, "数字… "}, // the next character would not fit
		{"", 2, "  "},
	} {
		have := Caps{UTF8: true}.Fit(c.in, c.columns)
		if have != c.want || Width(have) != c.columns {
			t.Errorf("%q in %d columns: %q, want %q", c.in, c.columns, have, c.want)
		}
	}
	if have := (Caps{}).Fit("abcdefg", 6); have != "abcde~" {
		t.Errorf("in ASCII: %q", have)
	}
}
