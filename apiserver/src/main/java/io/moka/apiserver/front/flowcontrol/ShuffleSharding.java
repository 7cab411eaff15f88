package io.moka.apiserver.front.flowcontrol;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/// Assigns to each flow a hand of queues, always the same one: two flows rarely share all their queues, so a flow with many requests delays only few others.
final class ShuffleSharding {
    private static final long SEED = ThreadLocalRandom.current().nextLong();
    private static final long PRIME = 0x100000001b3L;

    private ShuffleSharding() {}

    static long hash(String schema, String flow) {
        return mix(digest(digest(0xcbf29ce484222325L ^ SEED, schema) * PRIME, flow));
    }

    private static long digest(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * PRIME;
        }
        return hash;
    }

    private static long mix(long value) {
        long mixed = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }

    /// Returns `handSize` different numbers below `deckSize`.
    static int[] deal(long hash, int deckSize, int handSize) {
        int[] hand = new int[Math.min(handSize, deckSize)];
        long left = hash;
        for (int i = 0; i < hand.length; i++) {
            long remaining = deckSize - i;
            int card = (int) Long.remainderUnsigned(left, remaining);
            left = mix(left + i + 1);
            hand[i] = notDealtYet(hand, i, card);
        }
        return hand;
    }

    /// Returns the card at a position among those that have not been dealt yet.
    private static int notDealtYet(int[] hand, int dealt, int place) {
        int[] gone = Arrays.copyOf(hand, dealt);
        Arrays.sort(gone);
        int card = place;
        for (int one : gone) {
            if (one <= card) {
                card++;
            }
        }
        return card;
    }
}
