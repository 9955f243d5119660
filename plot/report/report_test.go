package report_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/gradus-nn/gradus/plot"
	"github.com/gradus-nn/gradus/plot/report"
)

// A page needs nothing but itself, and text from outside does nothing in it.
func TestPageIsSelfContainedAndHarmless(t *testing.T) {
	const evil = `</title></pre><script src="http://evil.example/x.js">alert(1)</script><img src=x onerror=alert(1)>`
	var b bytes.Buffer
	err := report.Write(&b, report.Report{
		Title: evil, Result: evil, Facts: []report.Fact{{Name: evil, Value: evil}}, Warnings: []string{evil},
		Figures: []report.Figure{{
			Picture: plot.Confusion{Title: evil, Classes: []string{evil, "b"}, Counts: [][]int{{3, 1}, {0, 4}}}, Text: evil, Command: evil,
		}},
		Files: []report.File{{Name: evil, Text: evil}},
	})
	if err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, bad := range []string{"<script", "<img", "<?xml", "<link", "url(", "@import"} {
		if strings.Contains(strings.ToLower(page), bad) {
			t.Errorf("the page contains %q", bad)
		}
	}
	for _, m := range regexp.MustCompile(`(?:href|src)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(m[1], "data:image/png;base64,") {
			t.Errorf("the page refers to %q", m[1])
		}
	}
	if n := strings.Count(page, "<svg "); n != 1 {
		t.Errorf("%d pictures; want 1", n)
	}
	if n := strings.Count(page, "&lt;script"); n < 8 {
		t.Errorf("the text stands in the page %d times; want it shown wherever it was given", n)
	}
}

func TestPageShowsWhatItIsGiven(t *testing.T) {
	var b bytes.Buffer
	err := report.Write(&b, report.Report{
		Title: "Run 3", Result: "test 95.03 %", Facts: []report.Fact{{Name: "seed", Value: "7"}}, Warnings: []string{"too fast"},
		Files: []report.File{{Name: "config.yaml", Text: "data: mnist"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<title>Run 3</title>", "test 95.03 %", "<td>7</td>", "too fast", "data: mnist", `<html lang="en">`, "default-src 'none'; style-src 'unsafe-inline'; img-src data:\""} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}
