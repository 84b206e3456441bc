package media

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// nth is a name such as a Keeper gives.
func nth(i int) string { return fmt.Sprintf("room-fire-20261126T140300.%03dZ-B00T-%d-cam.jpg", i, i) }

// names returns what is in a folder.
func names(t *testing.T, dir string) (all []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		all = append(all, e.Name())
	}
	return all
}

// TestStoreFindsWhatIsThere begins with files of an earlier run, of others, and with one that was cut off.
func TestStoreFindsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	put := func(name string, size int, age time.Duration) {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	put(nth(1), 100, 3*time.Hour)
	put(nth(2), 100, 5*time.Hour) // the oldest by its time, not by its name
	put(nth(3), 100, time.Hour)
	put("holiday.jpg", 1000, 99*time.Hour)
	put("room-fire.jpg", 1000, 99*time.Hour)
	put(partial, 500, time.Hour)
	if err := os.Mkdir(filepath.Join(dir, nth(9)), 0o700); err != nil {
		t.Fatal(err)
	}
	s := store{dir: dir, limit: 250, keep: 2 * time.Hour}
	if err := s.write(nth(4), make([]byte, 50)); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, dir), []string{"holiday.jpg", nth(1), nth(3), nth(4), nth(9), "room-fire.jpg"}; !slices.Equal(got, want) || s.bytes != 250 {
		t.Errorf("got %q and %d bytes, want %q and 250", got, s.bytes, want)
	}
	if err := s.expire(time.Now()); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, dir), []string{"holiday.jpg", nth(3), nth(4), nth(9), "room-fire.jpg"}; !slices.Equal(got, want) {
		t.Errorf("after 2 h: got %q, want %q", got, want)
	}
	if err := s.expire(time.Now().Add(24 * time.Hour)); err != nil || s.bytes != 0 || len(s.files) != 0 {
		t.Errorf("after a day: got %v, %d bytes, %d files", err, s.bytes, len(s.files))
	}
}

// TestStoreKeepsWhatABoardWithoutAClockWrote has a file of 1970: nobody knows how old it is.
func TestStoreKeepsWhatABoardWithoutAClockWrote(t *testing.T) {
	s := store{dir: t.TempDir(), limit: 1000, keep: time.Hour}
	for i := range 2 {
		if err := s.write(nth(i), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	s.files[0].at = time.Unix(100, 0)
	if err := s.expire(time.Now().Add(2 * time.Hour)); err != nil || len(s.files) != 1 || s.files[0].name != nth(0) {
		t.Errorf("got %v and %v, want the first", err, s.files)
	}
}

// TestStoreOfAFolderThatIsNone is a file where the folder should be, and then it is gone.
func TestStoreOfAFolderThatIsNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "media")
	if err := os.WriteFile(dir, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s := store{dir: dir, limit: 1000}
	if err := s.write(nth(1), []byte("x")); err == nil {
		t.Error("got no error")
	}
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if err := s.write(nth(1), []byte("x")); err != nil {
		t.Errorf("got %v once it can be made", err)
	}
	if err := s.write(nth(2), make([]byte, 1001)); err == nil || len(names(t, dir)) != 1 {
		t.Errorf("got %v for more than all that may be kept, and %q", err, names(t, dir))
	}
	if err := os.RemoveAll(dir); err != nil { // by somebody else
		t.Fatal(err)
	}
	_ = s.write(nth(3), []byte("x"))
	if err := s.write(nth(4), []byte("x")); err != nil || s.bytes > 3 {
		t.Errorf("got %v after the folder was removed", err)
	}
}
