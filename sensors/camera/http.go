package camera

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"edged/sensors"
)

// The patience of a client whose server is a camera in the same house.
const connectTimeout, answerTimeout = 3 * time.Second, 5 * time.Second

// httpStream is a server's body that is a stream of JPEGs.
type httpStream struct {
	end    context.CancelFunc
	client *http.Transport
	*pump
}

// httpOpener returns the way to open "mjpeg+http://…" or "mjpeg+https://…".
func httpOpener(o Options) (sensors.Opener[sensors.Frame], error) {
	address, err := url.Parse(strings.TrimPrefix(o.Device, "mjpeg+"))
	switch {
	case err != nil:
		return nil, errors.New("camera: not an address; want mjpeg+http://HOST/PATH") // err would show a password
	case address.Hostname() == "":
		return nil, fmt.Errorf("camera: %s: no host", address.Redacted())
	case len(o.Formats) > 0 && !slices.Contains(o.Formats, sensors.JPEG):
		return nil, fmt.Errorf("camera: %s gives jpeg, not %v", address.Redacted(), o.Formats[0])
	}
	return func(ctx context.Context) (sensors.Source[sensors.Frame], error) {
		s, err := openHTTP(ctx, address, o.Rate)
		if err != nil {
			return nil, fmt.Errorf("camera: %w", err)
		}
		return s, nil
	}, nil
}

// openHTTP asks for the stream. ctx is for the answer; the body lives until Close.
func openHTTP(ctx context.Context, address *url.URL, rate float64) (*httpStream, error) {
	transport := &http.Transport{
		DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: answerTimeout,
		DisableCompression:    true,
	}
	whole, end := context.WithCancel(context.Background())
	stop := context.AfterFunc(ctx, end)
	response, err := ask(whole, transport, address)
	if !stop() || err != nil {
		end()
		transport.CloseIdleConnections()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	s := &httpStream{end: end, client: transport}
	s.pump = startPump(rate, newJPEGs(response.Body).next, func(cause error) error {
		end()
		_ = response.Body.Close() // which says no more than that it was ended
		transport.CloseIdleConnections()
		return fmt.Errorf("%s: %w", address.Redacted(), cause)
	})
	return s, nil
}

// ask sends the request, follows redirects, and looks at the answer.
func ask(ctx context.Context, transport *http.Transport, address *url.URL) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return nil, err // an *url.Error, which has the address without its password
	}
	if err := acceptable(response); err != nil {
		_ = response.Body.Close()
		return nil, fmt.Errorf("%s: %w", address.Redacted(), err)
	}
	return response, nil
}

// acceptable reports why an answer is no stream of pictures.
func acceptable(r *http.Response) error {
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); {
	case r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%s: user or password is missing or wrong: mjpeg+http://USER:PASSWORD@HOST/PATH", r.Status)
	case r.StatusCode != http.StatusOK:
		return errors.New(r.Status)
	case strings.HasPrefix(kind, "text/"), kind == "application/json":
		return fmt.Errorf("the answer is %s, not a stream of pictures", kind)
	}
	return nil
}

func (s *httpStream) Read(ctx context.Context, into *sensors.Frame) error { return s.read(ctx, into) }

// Close ends the connection and waits for its reader.
func (s *httpStream) Close() error {
	s.end()
	<-s.ended
	return nil
}
