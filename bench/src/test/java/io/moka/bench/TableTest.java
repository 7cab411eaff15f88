package io.moka.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {

    @Test
    void figuresStandInTheOrderOfTheRowsBesideBarAndUpstream() {
        var table = new Table(List.of(new Figure(Row.LIST_CACHED, 41.234), new Figure(Row.CREATE_RATE, 1234.6), new Figure(Row.UP, 2.347), new Figure(Row.PSS, 480)));
        assertEquals("""
                what                                                | measured | bar        | upstream v1.20.2
                moka up, existing store, to node Ready: median of 3 |   2.35 s | <= 5 s     | 4.2 s (etcd, apiserver alone)
                  together                                          |  480 MiB | <= 420 MiB | 659 MiB
                  32 clients                                        |  1,235/s | >= 2,500/s | 1,250/s
                  resourceVersion=0                                 |  41.2 ms | <= 40 ms   | 164 ms
                """, table.toString());
    }

    @Test
    void aRunWithoutFiguresIsAHeadingAlone() {
        assertEquals("what | measured | bar | upstream v1.20.2\n", new Table(List.of()).toString());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"SECONDS | 2.345 | 2.35 s", "MILLISECONDS | 0 | 0.00 ms", "MILLISECONDS | 12.34 | 12.3 ms", "MILLISECONDS | 1234.6 | 1,235 ms",
        "PER_SECOND | 10500.2 | 10,500/s", "MEBIBYTES | 99.96 | 100.0 MiB", "PERCENT_OF_CORE | 3.14159 | 3.14 %"})
    void threeDigitsAreShown(Unit unit, double value, String expected) {
        assertEquals(expected, unit.text(value));
    }

    @Test
    void everyRowHasItsOwnKey() {
        var keys = Arrays.stream(Row.values()).map(Row::key).toList();
        assertEquals(keys.size(), new HashSet<>(keys).size());
        assertEquals("pod_running_p50", Row.POD_RUNNING_P50.key());
    }

    @Test
    void everyProcessOfAClusterHasItsRows() {
        for (var process : List.of("etcd", "apiserver", "controllers", "scheduler", "kubelet", "proxy", "supervisors")) {
            assertEquals("pss_" + process, Row.of(Row.PSS, process).key());
            assertEquals("cpu_" + process, Row.of(Row.CPU, process).key());
        }
    }
}
