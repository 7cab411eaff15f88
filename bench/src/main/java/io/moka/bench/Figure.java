package io.moka.bench;

/// What was measured for one row of the table, in the row's unit.
record Figure(Row row, double value) {

    String text() {
        return row.unit().text(value);
    }
}
