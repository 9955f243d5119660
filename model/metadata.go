package model

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Version of the format that Save writes. Load reads every version of the same major number: a newer minor one adds
// metadata, which is kept.
const (
	Major = 1
	Minor = 0
)

// The keys of the metadata. All but the first two may be missing.
const (
	keyFormat     = "gradus.format"     // "1.0"
	keySpec       = "gradus.spec"       // nn.Spec as JSON
	keyClasses    = "gradus.classes"    // list of names as JSON
	keyFeatures   = "gradus.features"   // list of names as JSON
	keyPreprocess = "gradus.preprocess" // preprocess.Pipeline as JSON
	keyColumns    = "gradus.columns"    // columns.Schema as JSON
	keySeed       = "gradus.seed"       // decimal
	keyData       = "gradus.data"
	keyTool       = "gradus.tool"
	keyMetrics    = "gradus.metrics" // object of numbers as JSON
)

// Metadata returns the description and Info as texts by key, as they stand in the metadata of a .gradus file.
func (m *Model) Metadata() (map[string]string, error) {
	text := maps.Clone(m.Extra)
	if text == nil {
		text = map[string]string{}
	}
	text[keyFormat] = fmt.Sprintf("%d.%d", Major, Minor)
	text[keySeed] = strconv.FormatUint(m.Seed, 10)
	for key, v := range map[string]any{
		keySpec: m.Spec, keyClasses: m.Classes, keyFeatures: m.Features, keyPreprocess: m.Preprocess, keyMetrics: m.Metrics,
		keyColumns: m.Columns,
	} {
		data, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		if s := string(data); s != "null" && s != "[]" {
			text[key] = s
		}
	}
	for key, v := range map[string]string{keyData: m.Data, keyTool: m.Tool} {
		if v != "" {
			text[key] = v
		}
	}
	return text, nil
}

// SetMetadata reads what Metadata wrote, into a model that has none yet.
func (m *Model) SetMetadata(text map[string]string) error {
	if err := checkVersion(text[keyFormat]); err != nil {
		return err
	}
	if text[keySpec] == "" {
		return fmt.Errorf("the description of the network (metadata %s) is missing", keySpec)
	}
	for _, field := range []struct {
		key string
		to  any
	}{
		{keySpec, &m.Spec}, {keyClasses, &m.Classes}, {keyFeatures, &m.Features}, {keyPreprocess, &m.Preprocess},
		{keyMetrics, &m.Metrics}, {keySeed, &m.Seed}, {keyColumns, &m.Columns},
	} {
		data, ok := text[field.key]
		if !ok {
			continue
		}
		if err := json.Unmarshal([]byte(data), field.to); err != nil {
			return fmt.Errorf("metadata %s: %w", field.key, err)
		}
	}
	m.Data, m.Tool = text[keyData], text[keyTool]
	known := []string{keyFormat, keySpec, keyClasses, keyFeatures, keyPreprocess, keySeed, keyData, keyTool, keyMetrics, keyColumns}
	for key, v := range text {
		if !slices.Contains(known, key) {
			if m.Extra == nil {
				m.Extra = map[string]string{}
			}
			m.Extra[key] = v
		}
	}
	return nil
}

// ErrPlain is within the error of Load about a safetensors file that another tool has written.
var ErrPlain = fmt.Errorf("it is a safetensors file without the description of a network (metadata %s and %s): its tensors can be inspected, but it cannot be run", keyFormat, keySpec)

// checkVersion refuses what is no model and what a newer program wrote.
func checkVersion(version string) error {
	if version == "" {
		return ErrPlain
	}
	major, minor, dotted := strings.Cut(version, ".")
	n, err := strconv.ParseUint(major, 10, 31)
	_, merr := strconv.ParseUint(minor, 10, 31)
	switch {
	case err != nil || merr != nil || !dotted:
		return fmt.Errorf("metadata %s is %q; want a version such as %d.%d", keyFormat, version, Major, Minor)
	case n > Major:
		return fmt.Errorf("it has version %s of the format, and this program reads version %d: upgrade gradus to read it", version, Major)
	case n < Major:
		return fmt.Errorf("it has version %s of the format, which never was; want %d.%d", version, Major, Minor)
	}
	return nil
}
