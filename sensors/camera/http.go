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
	end context.CancelFunc
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
	s := &httpStream{end: end}
	s.pump = startPump(rate, newJPEGs(response.Body).next, func(cause error) error {
		end()
		_ = response.Body.Close() // which says no more than that it was ended
		transport.CloseIdleConnections()
		return fmt.Errorf("%s: %w", address.Redacted(), cause)
	})
	return s, nil
}

// ask sends the request, follows redirects, and looks at the answer. User and password are sent when they are asked for,
// and to the server they are meant for alone.
func ask(ctx context.Context, transport *http.Transport, address *url.URL) (*http.Response, error) {
	bare := *address
	bare.User = nil
	response, err := get(ctx, transport, &bare, "")
	if err != nil {
		return nil, err
	}
	from := response.Request.URL
	if response.StatusCode == http.StatusUnauthorized && address.User != nil && from.Host == address.Host && from.Scheme == address.Scheme {
		if answer := authorization(response.Header, address.User, from.RequestURI()); answer != "" {
			_ = response.Body.Close()
			if response, err = get(ctx, transport, from, answer); err != nil {
				return nil, err
			}
		}
	}
	if err := acceptable(response); err != nil {
		_ = response.Body.Close()
		return nil, fmt.Errorf("%s: %w", address.Redacted(), err)
	}
	return response, nil
}

// get sends one request and follows redirects, but never with an authorization: it is for this address.
func get(ctx context.Context, transport *http.Transport, address *url.URL, authorization string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{Transport: transport}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	}
	return client.Do(request)
}

// acceptable reports why an answer is no stream of pictures.
func acceptable(r *http.Response) error {
	switch kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); {
	case r.StatusCode == http.StatusUnauthorized || r.StatusCode == http.StatusForbidden:
		return fmt.Errorf("%s: user or password is missing or wrong, or asked for in a way other than Basic and Digest: "+
			"mjpeg+http://USER:PASSWORD@HOST/PATH", r.Status)
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
