package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// array is a NumPy file of rows, which may be written in any order.
type array struct {
	file *os.File
	row  int // bytes
}

// headerSize is that of every array here: a multiple of 64, as the format asks.
const headerSize = 128

// createArray makes a file of zeros: descr is the type as NumPy writes it, of size bytes; shape is the rows' number and
// their shape. Format: NumPy enhancement proposal 1, version 1.0.
func createArray(path, descr string, size int, shape ...int) (*array, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	words := make([]string, len(shape))
	row := size
	for i, n := range shape {
		words[i] = fmt.Sprint(n)
		if i > 0 {
			row *= n
		}
	}
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }", descr, strings.Join(words, ", "))
	head := append([]byte("\x93NUMPY\x01\x00"), 0, 0)
	binary.LittleEndian.PutUint16(head[8:], headerSize-10)
	head = fmt.Appendf(head, "%-*s\n", headerSize-11, text)
	a := &array{f, row}
	if _, err = f.Write(head); err == nil {
		err = f.Truncate(headerSize + int64(row)*int64(shape[0]))
	}
	return a, err
}

// put writes row i: numbers of the array's type.
func (a *array) put(i int, numbers any) error {
	row := make([]byte, 0, a.row)
	row, err := binary.Append(row, binary.LittleEndian, numbers)
	if err == nil && len(row) != a.row {
		err = fmt.Errorf("%s: a row of %d bytes, want %d", a.file.Name(), len(row), a.row)
	}
	if err == nil {
		_, err = a.file.WriteAt(row, headerSize+int64(i)*int64(a.row))
	}
	return err
}

// arrays are the files of a split.
type arrays struct{ eye, objects, ear, air, labels, alike, tokens *array }

func createArrays(dir string, steps int) (*arrays, error) {
	var a arrays
	var errs []error
	create := func(to **array, name, descr string, size int, shape ...int) {
		var err error
		*to, err = createArray(filepath.Join(dir, name+".npy"), descr, size, append([]int{steps}, shape...)...)
		errs = append(errs, err)
	}
	create(&a.eye, "eye", "|u1", 1, eyeSize, eyeSize, 3)
	create(&a.objects, "objects", "<f4", 4, maxObjects, 5)
	create(&a.ear, "ear", "<f4", 4, earRows, earBands)
	create(&a.air, "air", "<f4", 4, airRows, 2*len(fields))
	create(&a.labels, "labels", "|u1", 1, situations)
	create(&a.alike, "alike", "|u1", 1, situations)
	create(&a.tokens, "tokens", "<i2", 2, maxTokens)
	return &a, errors.Join(errs...)
}

// Close closes the files.
func (a *arrays) Close() error {
	var errs []error
	for _, one := range []*array{a.eye, a.objects, a.ear, a.air, a.labels, a.alike, a.tokens} {
		errs = append(errs, one.file.Close())
	}
	return errors.Join(errs...)
}
