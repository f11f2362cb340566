package dev.saga.events.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineTest {
    @Test
    void isParsedFromItsOwnFormat() {
        List<Line> lines = List.of(line("A-1.x_y", 3, new Money(1500)), line("B", 1_000_000, null));
        assertThat(Line.format(lines)).isEqualTo("A-1.x_y*3@1500,B*1000000");
        assertThat(Line.parse(Line.format(lines))).isEqualTo(lines);
        assertThat(Line.parse("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1_000_001})
    void refusesAQuantityOutOfRange(int qty) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> line("A", qty, null))
                .withMessageContaining("" + qty);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "a b", "a/b", "a*b", "ä", "12345678901234567890123456789012345678901234567890123456789012345"
            })
    void refusesAProductNameOutOfItsAlphabet(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ProductId(name));
    }

    @Test
    void refusesAPriceAboveItsBound() {
        assertThatIllegalArgumentException().isThrownBy(() -> line("A", 1, new Money(1_000_000_000_001L)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Money(-1));
    }

    @Test
    void allowsOneToAHundredLinesOnePerProduct() {
        assertThatIllegalArgumentException().isThrownBy(() -> Line.checked(List.of()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Line.checked(List.of(line("A", 1, null), line("A", 2, null))));
        List<Line> tooMany = IntStream.rangeClosed(1, 101)
                .mapToObj(i -> line("P" + i, 1, null))
                .toList();
        assertThatIllegalArgumentException().isThrownBy(() -> Line.checked(tooMany));
        assertThat(Line.checked(tooMany.subList(0, 100))).hasSize(100);
    }

    @Test
    void hasNoTotalWhileAPriceIsUnknownAndRefusesATotalThatIsTooLarge() {
        assertThat(Line.total(List.of(line("A", 2, new Money(5)), line("B", 1, new Money(1)))))
                .isEqualTo(new Money(11));
        assertThat(Line.total(List.of(line("A", 2, new Money(5)), line("B", 1, null))))
                .isNull();
        List<Line> huge = IntStream.rangeClosed(1, 10)
                .mapToObj(i -> line("P" + i, 1_000_000, new Money(1_000_000_000_000L)))
                .toList();
        assertThatThrownBy(() -> Line.total(huge)).isInstanceOf(ArithmeticException.class);
    }

    private static Line line(String product, int qty, Money price) {
        return new Line(new ProductId(product), qty, price);
    }
}
