module edged/pipelines/publish/outbox/compare

go 1.26.8

require (
	edged v0.0.0
	go.etcd.io/bbolt v1.4.3
)

require golang.org/x/sys v0.49.0 // indirect

replace edged => ../../../..
