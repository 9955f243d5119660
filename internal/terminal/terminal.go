// Package terminal is what the command needs to speak to a terminal: what the terminal can show, text that
// cannot do harm, and pictures in it.
package terminal

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// Caps is what one output, such as standard output, can show. The zero value is a plain file.
type Caps struct {
	TTY      bool // people look at it
	Redraw   bool // a line may be overwritten: a terminal that is not dumb
	Width    int  // columns
	Height   int  // rows; 0 where it is no terminal
	UTF8     bool // more than ASCII
	Color    Color
	Graphics Graphics
}

// Color is how many colours an output has.
type Color int

// In ascending order: each includes those before it.
const (
	NoColor Color = iota
	Color16
	Color256
	TrueColor // 24 bits
)

// Graphics is a protocol for pictures of pixels.
type Graphics int

// The protocols.
const (
	NoGraphics Graphics = iota
	Sixel
	Kitty
)

// When is the value of --color.
type When string

// Auto means: where people look at it, unless NO_COLOR is set or the terminal is dumb.
const (
	Auto   When = "auto"
	Always When = "always"
	Never  When = "never"
)

// ParseWhen reads the value of --color.
func ParseWhen(s string) (When, error) {
	switch w := When(s); w {
	case Auto, Always, Never:
		return w, nil
	}
	return "", fmt.Errorf("--color %s: want auto, always or never", Clean(s))
}

// defaultWidth is that of a plain file, and of a terminal that does not tell.
const defaultWidth = 80

// Detect finds out what f can show, from the system and from the environment. It does not ask the terminal:
// an answer may never come, or come to whatever runs next.
func Detect(f *os.File, color When) Caps {
	var c system
	c.tty = term.IsTerminal(int(f.Fd()))
	if c.tty {
		c.width, c.height, _ = term.GetSize(int(f.Fd()))
	}
	c.os = runtime.GOOS
	c.env = os.Getenv
	return c.detect(color)
}

// system is what Detect is told.
type system struct {
	tty           bool
	width, height int
	os            string
	env           func(string) string
}

func (s system) detect(color When) Caps {
	dumb := s.env("TERM") == "dumb"
	c := Caps{TTY: s.tty, Redraw: s.tty && !dumb, Width: s.width, Height: s.height, UTF8: s.utf8()}
	if c.Width <= 0 {
		c.Width, _ = strconv.Atoi(s.env("COLUMNS"))
	}
	if c.Width <= 0 {
		c.Width = defaultWidth
	}
	switch color {
	case Always:
		c.Color = max(s.color(), Color16)
	case Never:
	default:
		// https://no-color.org: present and not empty.
		if s.tty && !dumb && s.env("NO_COLOR") == "" {
			c.Color = s.color()
		}
	}
	// Pictures of pixels are colours too: --color=never and NO_COLOR speak of them as well.
	if s.tty && !dumb && c.Color != NoColor {
		c.Graphics = s.graphics()
	}
	return c
}

// utf8 follows the locale as C programs do: the first of the three that is set. Where none is, as in most
// containers, everything but the bare Linux console shows UTF-8 all the same.
func (s system) utf8() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := strings.ToUpper(s.env(name)); v != "" {
			return strings.Contains(v, "UTF-8") || strings.Contains(v, "UTF8")
		}
	}
	if s.os == "windows" {
		// The old console has UTF-8 and fonts without blocks; Windows Terminal has both.
		return s.env("WT_SESSION") != "" || s.env("TERM_PROGRAM") != ""
	}
	return s.env("TERM") != "linux" && s.env("TERM") != "dumb"
}

func (s system) color() Color {
	t, program := s.env("TERM"), s.env("TERM_PROGRAM")
	switch ct := s.env("COLORTERM"); {
	case ct == "truecolor", ct == "24bit",
		strings.HasSuffix(t, "-direct"),
		hasAny(t, "kitty", "ghostty", "alacritty", "wezterm", "foot", "contour"),
		hasAny(program, "iTerm", "WezTerm", "ghostty", "vscode", "Hyper"),
		s.env("WT_SESSION") != "":
		return TrueColor
	case strings.Contains(t, "256color"):
		return Color256
	case t == "dumb", t == "" && s.os != "windows":
		return NoColor
	}
	return Color16
}

// graphics knows terminals by what they put into the environment.
func (s system) graphics() Graphics {
	t, program := s.env("TERM"), s.env("TERM_PROGRAM")
	switch {
	case s.env("TMUX") != "", s.env("STY") != "", hasAny(t, "tmux", "screen"):
		// A multiplexer passes on the variables of the terminal around it, and not its pictures.
		return NoGraphics
	case s.env("KITTY_WINDOW_ID") != "", hasAny(t, "kitty", "ghostty"), program == "ghostty":
		return Kitty
	case hasAny(t, "foot", "mlterm", "contour", "sixel"), program == "WezTerm", program == "iTerm.app", program == "mintty",
		s.env("WEZTERM_PANE") != "", s.env("KONSOLE_VERSION") >= "220400":
		return Sixel
	}
	return NoGraphics
}

// hasAny reports whether s contains one of parts.
func hasAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}

// Glyph returns symbol where the output shows UTF-8, and ascii elsewhere: Glyph("✓", "ok").
func (c Caps) Glyph(symbol, ascii string) string {
	if c.UTF8 {
		return symbol
	}
	return ascii
}

// Style is a way to set text off.
type Style string

// The styles, as SGR parameters.
const (
	Bold   Style = "1"
	Dim    Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
	Cyan   Style = "36"
)

// Paint sets text off where there are colours.
func (c Caps) Paint(s Style, text string) string {
	if c.Color == NoColor || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + reset
}

// reset ends all colours.
const reset = "\x1b[0m"
