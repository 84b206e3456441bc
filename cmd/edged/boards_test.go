package main

import (
	"fmt"
	"strings"
	"testing"

	"edged/boards"
)

// TestReadmeListsTheBoards: the README's table of boards is boards.Profiles.
func TestReadmeListsTheBoards(t *testing.T) {
	keepTable(t, "boards", boardTable())
}

// boardTable is the table in Markdown.
func boardTable() string {
	var b strings.Builder
	fmt.Fprintln(&b, "| board | cores | edged's path | cameras | accelerators | tier | tested |")
	fmt.Fprintln(&b, "|---|---|---|---|---|---|---|")
	for _, p := range boards.Profiles() {
		var cores, paths, cameras, chips []string
		for _, c := range p.Cores {
			cores = append(cores, fmt.Sprintf("%d %s", c.Count, c.Core))
			if len(paths) == 0 || paths[len(paths)-1] != c.SIMD {
				paths = append(paths, c.SIMD)
			}
		}
		for _, c := range p.Cameras {
			cameras = append(cameras, c.Stack)
		}
		for _, a := range p.Accelerators {
			chips = append(chips, a.Name)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", p.Name, join(cores), join(paths), join(cameras), or(strings.Join(chips, ", "), "none"), p.Support.Tier, p.Support.Tested)
	}
	return b.String()
}

func join(words []string) string { return or(strings.Join(words, ", "), "any") }
