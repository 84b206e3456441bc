package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

func main() {
	board := flag.String("board", "", "the board's `name`, for the table")
	dir := flag.String("dir", ".", "the `folder` of the sockets")
	soak := flag.Duration("soak", 0, "go on with faults for this `time`")
	flag.Parse()
	if err := judgement(os.Stdout, *board, *dir, *soak); err != nil {
		fmt.Fprintf(os.Stderr, "judge: %v\n", err)
		os.Exit(1)
	}
}

// judgement waits for the board and judges it.
func judgement(out io.Writer, name, dir string, soak time.Duration) error {
	seen, err := watch(filepath.Join(dir, "mqtt"))
	if err != nil {
		return err
	}
	defer seen.close()
	j := &judge{table: newTable(out, name), seen: seen}
	if j.board, err = listen(filepath.Join(dir, "control"), 100*time.Second); err != nil {
		return err
	}
	defer j.board.close()
	if j.startUp(); j.table.failed > 0 {
		return j.table.end() // what does not come up need not be broken
	}
	j.faults()
	j.overrun()
	j.seeHouse()
	j.counted()
	if soak > 0 {
		j.soak(soak)
	}
	j.again()
	j.end()
	return j.table.end()
}
