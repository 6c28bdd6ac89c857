package main

import (
	"context"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/fairlead-dev/fairlead"
)

// upsert writes a page in one statement and one durable commit.
type upsert func(ctx context.Context, c fairlead.ConnectionID, page []fairlead.Record) error

const conflict = ` ON CONFLICT (tenant, id) DO UPDATE SET ref = excluded.ref, twin = excluded.twin, day = excluded.day, state = excluded.state,
	version = records.version + 1, position = excluded.position, changed = excluded.changed, removed = excluded.removed, reason = excluded.reason, body = excluded.body`

const columns = "INSERT INTO records (tenant, id, connection, account, kind, ref, twin, day, state, version, position, changed, removed, reason, body) "

func upsertSQLite(ctx context.Context, file string) (upsert, error) {
	db, err := openBare(file)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { db.Close() })
	db.SetMaxOpenConns(1)
	write, err := db.PrepareContext(ctx, columns+`SELECT 'ten_1', value->>0, ?, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, 1, value->>7, value->>8, 0, '', value->>9
		FROM jsonb_each(?) WHERE true`+conflict)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, c fairlead.ConnectionID, page []fairlead.Record) error {
		rows := make([][10]any, len(page))
		for i, r := range page {
			rows[i] = [10]any{r.ID, r.Account, r.Kind, r.Ref, r.DuplicateIndex, r.Day.String(), r.State, r.Position, r.Changed.UnixMicro(), string(r.Body)}
		}
		text, err := json.Marshal(rows)
		if err == nil {
			_, err = write.ExecContext(ctx, string(c), string(text))
		}
		return err
	}, nil
}

// noPostgres is why lines that need a server are skipped.
const noPostgres = "FAIRLEAD_TEST_POSTGRES names no server"

// postgresTables makes an empty database on the server that FAIRLEAD_TEST_POSTGRES names.
func postgresTables(ctx context.Context, _ settings) (tables, error) {
	base := os.Getenv("FAIRLEAD_TEST_POSTGRES")
	if base == "" {
		return tables{}, nil
	}
	db, err := sql.Open("pgx", base)
	if err != nil {
		return tables{}, err
	}
	name := "bench_" + hex.EncodeToString([]byte(fairlead.NewToken()[:8]))
	if _, err := db.ExecContext(ctx, "CREATE DATABASE "+name); err != nil {
		return tables{}, err
	}
	u, err := url.Parse(base)
	if err != nil {
		return tables{}, err
	}
	u.Path = "/" + name
	if err := migrate(ctx, u.String()); err != nil {
		return tables{}, err
	}
	return tables{
		u.String(), func(ctx context.Context) (upsert, error) { return upsertPostgres(ctx, u.String()) },
		func() {
			db.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
			db.Close()
		},
	}, nil
}

func upsertPostgres(ctx context.Context, address string) (upsert, error) {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { db.Close() })
	text := strings.ReplaceAll(columns+`SELECT 'ten_1', r.id, $1, r.account, r.kind, r.ref, r.twin, r.day, r.state, 1, r.position, r.changed, 0, '', r.body
		FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[], $9::bigint[], $10::bigint[], $11::text[])
		AS r (id, account, kind, ref, twin, day, state, position, changed, body)`, "\n\t\t", " ") + conflict
	write, err := db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, c fairlead.ConnectionID, page []fairlead.Record) error {
		var texts [7][]string
		var twins, positions, changes []int64
		for _, r := range page {
			for i, text := range []string{string(r.ID), string(r.Account), string(r.Kind), r.Ref, r.Day.String(), r.State, string(r.Body)} {
				texts[i] = append(texts[i], text)
			}
			twins, positions, changes = append(twins, int64(r.DuplicateIndex)), append(positions, r.Position), append(changes, r.Changed.UnixMicro())
		}
		_, err := write.ExecContext(ctx, string(c), texts[0], texts[1], texts[2], texts[3], twins, texts[4], texts[5], positions, changes, texts[6])
		return err
	}, nil
}
