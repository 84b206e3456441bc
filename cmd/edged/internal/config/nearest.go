package config

import "strings"

// didYouMean returns a hint that names the word nearest to got, or lists all the words if none is near.
func didYouMean(got string, words []string) string {
	if w := nearest(got, words); w != "" {
		return "did you mean " + w + "? Known here: " + strings.Join(words, ", ")
	}
	if len(words) == 0 {
		return ""
	}
	return "known here: " + strings.Join(words, ", ")
}

// nearest returns the word with the smallest edit distance to got, "" if none is within a third of its length.
func nearest(got string, words []string) string {
	best, name := len(got)/3+1, ""
	for _, w := range words {
		if d := editDistance(strings.ToLower(got), strings.ToLower(w)); d < best {
			best, name = d, w
		}
	}
	return name
}

// editDistance counts the insertions, deletions and replacements of bytes that turn a into b (Levenshtein). Words over
// 64 bytes are far from everything.
func editDistance(a, b string) int {
	const most = 64
	if len(a) > most || len(b) > most {
		return most
	}
	var row [most + 1]int
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
