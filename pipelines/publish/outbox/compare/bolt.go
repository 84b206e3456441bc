package main

import (
	"encoding/binary"
	"path/filepath"

	"go.etcd.io/bbolt"
)

// bolt is a queue on bbolt as one would write it to spare the device: what was delivered is deleted by the next commit,
// and the list of free pages is not written.
type bolt struct {
	db        *bbolt.DB
	delivered int
}

var queue = []byte("queue")

func openBolt(path string) (store, error) {
	db, err := bbolt.Open(filepath.Join(path, "queue"), 0o600, &bbolt.Options{NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return nil, err
	}
	return &bolt{db: db}, db.Update(func(tx *bbolt.Tx) error {
		_, err := tx.CreateBucketIfNotExists(queue)
		return err
	})
}

func (b *bolt) put(payloads [][]byte) error {
	return b.db.Update(func(tx *bbolt.Tx) error {
		q := tx.Bucket(queue)
		q.FillPercent = 1 // keys only rise
		for ; b.delivered > 0; b.delivered-- {
			k, _ := q.Cursor().First()
			if err := q.Delete(k); err != nil {
				return err
			}
		}
		for _, p := range payloads {
			id, err := q.NextSequence()
			if err != nil {
				return err
			}
			if err := q.Put(binary.BigEndian.AppendUint64(nil, id), p); err != nil {
				return err
			}
		}
		return nil
	})
}

func (b *bolt) take(n int) error {
	b.delivered += n
	return b.db.View(func(tx *bbolt.Tx) error {
		c := tx.Bucket(queue).Cursor()
		for k, _ := c.First(); k != nil && n > 0; k, _ = c.Next() {
			n--
		}
		return nil
	})
}

func (b *bolt) close() error { return b.db.Close() }
