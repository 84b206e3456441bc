package tflite

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
)

// AssociatedFile is a file packed behind a model: labels, as a rule. Name is what the file says, not a safe path.
type AssociatedFile struct {
	Name string
	Data []byte
}

// Packed files are labels and vocabularies; the limits are far above those and keep a ZIP bomb small.
const (
	maxPackedFiles = 256
	maxPackedBytes = 64 << 20
)

// AssociatedFiles unpacks the ZIP archive that TFLite metadata appends to a model; none where there is no archive.
// The error is a *FormatError: a damaged archive, more than 256 files or more than 64 MB.
func AssociatedFiles(b []byte) ([]AssociatedFile, error) {
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if errors.Is(err, zip.ErrFormat) {
		return nil, nil
	}
	if err != nil {
		return nil, badArchive("%v", err)
	}
	if len(archive.File) > maxPackedFiles {
		return nil, badArchive("%d files, at most %d are read", len(archive.File), maxPackedFiles)
	}
	left := int64(maxPackedBytes)
	var files []AssociatedFile
	for _, f := range archive.File {
		if f.FileInfo().IsDir() {
			continue
		}
		data, err := unpack(f, left)
		if err != nil {
			return nil, badArchive("%q: %v", f.Name, err)
		}
		left -= int64(len(data))
		files = append(files, AssociatedFile{f.Name, data})
	}
	return files, nil
}

func badArchive(format string, args ...any) error {
	return &FormatError{Where: "associated files", What: fmt.Sprintf(format, args...)}
}

// unpack reads one file of at most limit bytes, whatever size its header claims.
func unpack(f *zip.File, limit int64) (data []byte, err error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close() // only a reader: what its end had to say, ReadAll has said
	data, err = io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("over %d bytes in all files", maxPackedBytes)
	}
	return data, err
}

// pack appends files to a model as TFLite metadata wants them: stored without compression, so that they can be mapped,
// at offsets that count from the start of the whole file.
func pack(model []byte, files []AssociatedFile) ([]byte, error) {
	if len(files) == 0 {
		return model, nil
	}
	out := bytes.NewBuffer(model)
	w := zip.NewWriter(out)
	w.SetOffset(int64(len(model)))
	for _, f := range files {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err != nil {
			return nil, badArchive("%q: %v", f.Name, err)
		}
		if _, err := entry.Write(f.Data); err != nil {
			return nil, badArchive("%q: %v", f.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, badArchive("%v", err)
	}
	return out.Bytes(), nil
}
