package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
)

// perProcess is how many models one LiteRT process answers: it does not give back all that it took for them.
const perProcess = 2000

// oracle is official LiteRT in a process of its own, which is started again when it has crashed or grown.
type oracle struct {
	script  string
	cmd     *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
	answers int
}

// answer is what LiteRT gives for one model.
type answer struct {
	Outputs [][]byte
	Shapes  [][]int
	XNNPACK *bool  // whether XNNPACK took the whole model; nil if unknown
	Error   string // why LiteRT refuses the model, or that it crashed
	Crashed bool   // and so has ended
	Ready   bool
}

// ask runs a model. The error is one of the oracle itself, not of the model.
func (o *oracle) ask(model []byte, inputs [][]byte) (answer, error) {
	if o.cmd == nil || o.answers >= perProcess {
		if err := o.start(); err != nil {
			return answer{}, err
		}
	}
	o.answers++
	request, err := json.Marshal(map[string]any{"model": model, "inputs": append([][]byte{}, inputs...)}) // never null
	if err != nil {
		return answer{}, err
	}
	if _, err := o.in.Write(append(request, '\n')); err != nil {
		return o.crashed(err)
	}
	a, err := o.read()
	if err != nil {
		return o.crashed(err)
	}
	if a.Crashed {
		o.stop()
	}
	return a, nil
}

func (o *oracle) read() (a answer, err error) {
	line, err := o.out.ReadBytes('\n')
	if err != nil {
		return a, err
	}
	return a, json.Unmarshal(line, &a)
}

// crashed makes an answer of the process's end; the next model gets a new process.
func (o *oracle) crashed(err error) (answer, error) {
	o.stop()
	return answer{Error: fmt.Sprintf("LiteRT crashed (%v)", err), Crashed: true}, nil
}

func (o *oracle) start() (err error) {
	o.stop()
	// Without Liftoff, node's baseline compiler: that of node 20 (V8 11.3) adds the product of
	// i32x4.relaxed_dot_i8x16_i7x16_add_s to itself instead of to the accumulator, and XNNPACK's int8 sums double.
	o.cmd = exec.Command("node", "--experimental-wasm-relaxed-simd", "--no-liftoff", o.script)
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		return err
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	o.out, o.answers = bufio.NewReader(out), 0
	if err := o.cmd.Start(); err != nil {
		return err
	}
	if a, err := o.read(); err != nil || !a.Ready {
		o.stop()
		return errors.New("LiteRT does not start: is LITERTJS the folder of the npm package @litertjs/core?")
	}
	return nil
}

func (o *oracle) stop() {
	if o.cmd == nil {
		return
	}
	o.in.Close()
	_ = o.cmd.Process.Kill()
	_ = o.cmd.Wait()
	o.cmd = nil
}
