package io.moka.bench;

import java.util.Locale;

/// The unit of a figure. Three digits are shown, since more would be noise.
enum Unit {

    SECONDS("s"), MILLISECONDS("ms"), PER_SECOND("/s"), MEBIBYTES("MiB"), PERCENT_OF_CORE("%"), PERCENT("%"), TIMES("times");

    private final String symbol;

    Unit(String symbol) {
        this.symbol = symbol;
    }

    String text(double value) {
        var format = value >= 100 ? "%,.0f %s" : value >= 10 ? "%.1f %s" : "%.2f %s";
        return String.format(Locale.ROOT, format, value, symbol).replace(" /s", "/s");
    }
}
