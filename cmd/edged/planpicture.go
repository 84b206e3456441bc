package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// planRow is a piece of the arena from one operator to another: a tensor, or what the graphs use that one calls.
type planRow struct {
	key           byte
	tensor, onto  int // −1 for none
	offset, bytes int64
	first, last   int
	name          string
}

const rowKeys = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// rowsOf returns the rows of a plan in the order of their birth, each with a key; keys repeat in large plans.
func rowsOf(p *planJSON) []planRow {
	var rows []planRow
	for _, t := range p.Tensors {
		r := planRow{tensor: t.Tensor, onto: -1, offset: t.Offset, bytes: t.Bytes, first: t.FirstOp, last: t.LastOp}
		r.name, _, _ = strings.Cut(t.Name, ";") // converters join the names of what they fused
		if t.Onto != nil {
			r.onto = *t.Onto
		}
		rows = append(rows, r)
	}
	for _, c := range p.Calls {
		rows = append(rows, planRow{tensor: -1, onto: -1, offset: c.Offset, bytes: c.Bytes, first: c.Op, last: c.Op, name: "(called graphs)"})
	}
	slices.SortStableFunc(rows, func(a, b planRow) int { return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.last, b.last)) })
	for i := range rows {
		rows[i].key = rowKeys[i%len(rowKeys)]
	}
	return rows
}

// printRows writes a line for each row; * marks what is alive when most is.
func printRows(b *strings.Builder, rows []planRow, p *planJSON) {
	keys := map[int]byte{}
	fmt.Fprintf(b, "%13s %10s %10s * at the peak\n", "ops", "offset", "bytes")
	for _, r := range rows {
		if r.tensor >= 0 {
			keys[r.tensor] = r.key
		}
		mark := ' '
		if r.alive(p.PeakOp) {
			mark = '*'
		}
		fmt.Fprintf(b, "%c %4s – %-4s %10d %10d %c %s", r.key, p.opName(r.first), p.opName(r.last), r.offset, r.bytes, mark, r.name)
		if r.onto >= 0 {
			fmt.Fprintf(b, ", in place of %c", keys[r.onto])
		}
		b.WriteByte('\n')
	}
}

func (r *planRow) alive(op int) bool { return r.first <= op && op <= r.last }

// opName writes an operator's number; inputs are there before the first and outputs after the last.
func (p *planJSON) opName(op int) string {
	switch {
	case op < 0:
		return "in"
	case op >= p.EndOp:
		return "out"
	}
	return strconv.Itoa(op)
}

// The size of a picture at most.
const (
	pictureLines   = 16
	pictureColumns = 72
)

// drawArena draws the arena from operator to operator: each line is an equal part of it, and each column an operator, or
// several, of which the one is drawn at which most is alive. A character is the key of what takes most of its part.
func drawArena(b *strings.Builder, rows []planRow, p *planJSON) {
	ops := p.EndOp - p.FirstOp
	if ops == 0 || p.ArenaBytes == 0 {
		return
	}
	each := (ops + pictureColumns - 1) / pictureColumns
	var columns []int // the operators drawn
	for op := p.FirstOp; op < p.EndOp; op += each {
		columns = append(columns, fullest(rows, op, min(op+each, p.EndOp)))
	}
	b.WriteString(ruler(p.FirstOp, each, len(columns)))
	lines := min(p.ArenaBytes, int64(2*len(rows)), pictureLines)
	for i := range lines {
		low, high := i*p.ArenaBytes/lines, (i+1)*p.ArenaBytes/lines
		line := make([]byte, len(columns))
		for k, op := range columns {
			line[k] = keyAt(rows, op, low, high)
		}
		fmt.Fprintf(b, "%10d  %s\n", low, line)
	}
}

// ruler writes the number of every tenth column's operator above it.
func ruler(first, each, columns int) string {
	line := "    offset  "
	for k := 0; k < columns; k += 10 {
		line = fmt.Sprintf("%-*s%d", 12+k, line, first+k*each)
	}
	if each > 1 {
		line += fmt.Sprintf("  (%d ops a column)", each)
	}
	return line + "\n"
}

// fullest returns the operator from … end−1 at which most bytes are alive.
func fullest(rows []planRow, from, end int) int {
	best, most := from, int64(-1)
	for op := from; op < end; op++ {
		var alive int64
		for i := range rows {
			if rows[i].alive(op) {
				alive += rows[i].bytes
			}
		}
		if alive > most {
			best, most = op, alive
		}
	}
	return best
}

// keyAt returns the key of what takes most of the arena's bytes low … high−1 at an operator, the youngest if several lie
// in one place; a dot for none.
func keyAt(rows []planRow, op int, low, high int64) byte {
	key, most := byte('.'), int64(0)
	for i := range rows {
		r := &rows[i]
		if !r.alive(op) {
			continue
		}
		if n := min(high, r.offset+r.bytes) - max(low, r.offset); n > 0 && n >= most {
			key, most = r.key, n
		}
	}
	return key
}
