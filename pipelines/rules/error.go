package rules

import (
	"fmt"
	"strings"
)

// Error is what is wrong with a condition.
type Error struct {
	Offset int    // where in the condition, in bytes
	What   string // is wrong
	Hint   string // how to mend it; may be empty
}

// Error returns What.
func (e *Error) Error() string { return e.What }

// at returns e at a place.
func (e *Error) at(offset int) *Error {
	e.Offset = offset
	return e
}

// mostNamed is how many names a hint lists, and shown how much of a text that may be long.
const (
	mostNamed = 8
	shown     = 40
)

func quoted(s string) string { return fmt.Sprintf("%q", cut(s)) }

func cut(s string) string {
	if r := []rune(s); len(r) > shown {
		return string(r[:shown]) + "…"
	}
	return s
}

// suggest offers the names that are most like one that is unknown, and lists some; none is said if there are none at all.
func suggest(got string, names []string, none string) string {
	if len(names) == 0 {
		return none
	}
	hint := "known here: "
	if like := nearest(got, names); like != "" {
		hint = fmt.Sprintf("did you mean %q? Known here: ", like)
	}
	if len(names) <= mostNamed {
		return hint + strings.Join(names, ", ")
	}
	return hint + strings.Join(names[:mostNamed], ", ") + fmt.Sprintf(", and %d more", len(names)-mostNamed)
}

// nearest returns the name that is most like got; empty if none is. A third of its letters may be others, or two in a short
// one, which are one wrong way round; or it may be a part.
func nearest(got string, names []string) string {
	best, n := "", len([]rune(got))
	least := 1 + min(max(2, n/3), n/2)
	part := ""
	low := strings.ToLower(got)
	for _, n := range names {
		name := strings.ToLower(n)
		if d := distance(low, name, least); d < least {
			best, least = n, d
		}
		if part == "" && len(low) > 2 && (strings.Contains(name, low) || len(name) > 2 && strings.Contains(low, name)) {
			part = n
		}
	}
	if best == "" {
		return part
	}
	return best
}

// distance returns how many letters must be put in, left out or replaced to make b of a (Levenshtein), or limit if it is at least that.
func distance(a, b string, limit int) int {
	x, y := []rune(a), []rune(b)
	if d := len(x) - len(y); d >= limit || -d >= limit {
		return limit
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, c := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, d := range y {
			cost := diagonal
			if c != d {
				cost++
			}
			diagonal, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(y)], limit)
}
