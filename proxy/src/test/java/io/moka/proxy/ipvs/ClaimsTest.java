package io.moka.proxy.ipvs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.moka.machinery.meta.ObjectKey;
import io.moka.proxy.model.Backends;
import io.moka.proxy.model.Front;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClaimsTest {

    private static final ObjectKey FIRST = new ObjectKey("n", "first");
    private static final ObjectKey SECOND = new ObjectKey("n", "second");
    private static final Front FRONT = new Front.ExternalAddress("198.51.100.1", "tcp", 80);
    private static final Backends ONE = new Backends(List.of(), 1, false);
    private static final Backends TWO = new Backends(List.of(), 2, false);

    private final Claims claims = new Claims();

    @Test
    void theFirstKeepsAFrontUntilItLetsItGo() {
        claims.set(Map.of(FIRST, Map.of(FRONT, ONE)));
        claims.set(Map.of(SECOND, Map.of(FRONT, TWO)));
        assertEquals(new Claims.Claim(FIRST, ONE), claims.on(FRONT));
        claims.set(Map.of(FIRST, Map.of(FRONT, TWO)));
        assertEquals(new Claims.Claim(FIRST, TWO), claims.on(FRONT), "a change keeps the place");
        assertEquals(Set.of(FRONT), claims.set(Map.of(FIRST, Map.of())), "a front that is let go is touched");
        assertEquals(new Claims.Claim(SECOND, TWO), claims.on(FRONT));
        claims.set(Map.of(SECOND, Map.of()));
        assertNull(claims.on(FRONT));
        assertEquals(Set.of(), claims.fronts());
    }
}
