package io.moka.controllers.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class IndexesTest {

    @Test
    void writtenFormHasIntervalsOfThreeAndMore() {
        assertEquals("0,2,3,5-7", Indexes.of(List.of(7, 6, 5, 3, 2, 0)).toString());
        assertEquals("", Indexes.NONE.toString());
    }

    @Test
    void whatCannotBeReadOrLiesOutsideIsLeftOut() {
        assertEquals("0,2-4", Indexes.parse("0,x,2-3,1-,4-9,12", 5).toString());
        assertEquals(1_000_000_000, Indexes.parse("0-999999999", Integer.MAX_VALUE).size());
    }

    @Test
    void operationsAgreeWithThoseOfASet() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var a = some(random);
            var b = some(random);
            var union = new TreeSet<>(a);
            union.addAll(b);
            var both = new TreeSet<>(a);
            both.retainAll(b);
            var indexes = Indexes.of(a);
            assertEquals(Indexes.of(union), indexes.with(Indexes.of(b)));
            assertEquals(both.size(), indexes.shared(Indexes.of(b)));
            assertEquals(a.size(), indexes.size());
            assertEquals(indexes, Indexes.parse(indexes.toString(), 100));
            var missing = new TreeSet<Integer>();
            for (int i = 0; i < 40; i++) {
                assertEquals(a.contains(i), indexes.has(i));
                if (!a.contains(i) && missing.size() < 9) {
                    missing.add(i);
                }
            }
            assertEquals(List.copyOf(missing), indexes.firstMissing(9, 40));
        }
    }

    private static TreeSet<Integer> some(Random random) {
        var some = new TreeSet<Integer>();
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            some.add(random.nextInt(40));
        }
        return some;
    }
}
