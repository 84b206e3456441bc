package models

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits of a labels file.
const (
	maxLabelsFile = 16 << 20
	maxLabels     = 1 << 20
)

// LoadLabels reads a labels file: one label a line, by output index.
func LoadLabels(path string) ([]string, error) {
	data, err := readFile(path, maxLabelsFile)
	if err != nil {
		return nil, fmt.Errorf("labels: %w", err)
	}
	labels, err := ParseLabels(data)
	if err != nil {
		return nil, fmt.Errorf("labels %s:%w", path, err)
	}
	return labels, nil
}

// numbered is a line with its index: "0 person", "0: person".
var numbered = regexp.MustCompile(`^\s*([0-9]+)(?:\s*:\s*|\s+)(\S.*)$`)

// ParseLabels reads the text of a labels file. If all lines begin with a number and a colon or blank, the numbers are
// the indices; they may leave gaps, whose labels are empty. Otherwise the lines count from 0, and empty ones keep their
// place. Errors begin with the line's number.
func ParseLabels(data []byte) ([]string, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf(" not UTF-8 text")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	text := strings.TrimRight(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n\t ")
	if text == "" {
		return nil, fmt.Errorf(" empty")
	}
	lines := strings.Split(text, "\n")
	if len(lines) > maxLabels {
		return nil, fmt.Errorf(" %d labels; at most %d", len(lines), maxLabels)
	}
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	for _, line := range lines {
		if line != "" && !numbered.MatchString(line) {
			return lines, nil
		}
	}
	return indexed(lines)
}

// indexed puts numbered lines in their places.
func indexed(lines []string) ([]string, error) {
	var labels []string
	seen := map[int]int{} // index → line
	for i, line := range lines {
		if line == "" {
			continue
		}
		m := numbered.FindStringSubmatch(line)
		at, err := strconv.Atoi(m[1])
		if err != nil || at >= maxLabels {
			return nil, fmt.Errorf("%d: index %s; at most %d", i+1, m[1], maxLabels-1)
		}
		if before, ok := seen[at]; ok {
			return nil, fmt.Errorf("%d: index %d again; it is in line %d too", i+1, at, before)
		}
		seen[at] = i + 1
		for len(labels) <= at {
			labels = append(labels, "")
		}
		labels[at] = strings.TrimSpace(m[2])
	}
	return labels, nil
}
