package io.moka.bench;

/// The measured value of one row of the table, in the row's unit.
record Figure(Row row, double value) {

    String text() {
        return row.unit().text(value);
    }
}
