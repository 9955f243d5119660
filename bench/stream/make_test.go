package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"
)

// TestMakeTable: the rows are the same everywhere and always, so that figures of different machines are about the same table.
func TestMakeTable(t *testing.T) {
	var b bytes.Buffer
	if err := makeTable(&b, 1000); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "\n"); n != 1001 {
		t.Errorf("%d lines", n)
	}
	sum := sha256.Sum256(b.Bytes())
	if have, want := hex.EncodeToString(sum[:8]), "9cd9973e749413c6"; have != want {
		t.Errorf("another table, %s; want %s:\n%.300s", have, want, b.String())
	}
}
