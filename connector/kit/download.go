package kit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// DefaultDownload is the size that a downloaded file may have.
const DefaultDownload = 32 << 20

// GetFile fetches a file as the bytes it has, untouched by any reading as text.
// MaxBytes 0: 32 MiB. An empty body, one over the cap and HTML are InstitutionDown.
func (a API) GetFile(ctx context.Context, address string, header http.Header) ([]byte, http.Header, error) {
	return a.file(ctx, http.MethodGet, address, header, nil)
}

// PostFile is GetFile by a POST of JSON.
func (a API) PostFile(ctx context.Context, address string, header http.Header, body any) ([]byte, http.Header, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return nil, nil, fmt.Errorf("kit: encoding a request: %w", err)
	}
	return a.file(ctx, http.MethodPost, address, with(header, "application/json"), b)
}

func (a API) file(ctx context.Context, method, address string, header http.Header, body []byte) ([]byte, http.Header, error) {
	ctx, cancel := a.limited(ctx)
	defer cancel()
	resp, err := a.do(ctx, method, address, header, body, "*/*")
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return nil, nil, a.refused(resp)
	}
	limit := a.MaxBytes
	if limit <= 0 {
		limit = DefaultDownload
	}
	file, err := capped(resp, limit)
	switch {
	case err != nil:
		return nil, nil, err
	case len(file) == 0:
		return nil, nil, down(errors.New("kit: a file is empty"))
	case html(resp, file):
		return nil, nil, down(errors.New("kit: HTML where a file was expected"))
	}
	return file, resp.Header, nil
}
