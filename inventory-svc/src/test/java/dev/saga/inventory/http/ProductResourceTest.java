package dev.saga.inventory.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.saga.events.value.Money;
import dev.saga.events.value.ProductId;
import dev.saga.inventory.domain.Stock;
import dev.saga.web.problem.Problem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProductResourceTest {
    private static final ProductId BOOK = new ProductId("BOOK");
    private static final Stock STOCK = new Stock(BOOK, "Book", new Money(100), 5, 2);

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "a\nb", "a\u0000", "\u0085", "\u2028", "half \ud83d", "\ude00 half", "\ude00\ud83d"})
    void refusesANameThatIsNotOneLineOfText(String name) {
        assertThatThrownBy(() -> new ProductResource.Request(name, 1L, 1L).stock(BOOK))
                .isInstanceOfSatisfying(
                        Problem.class,
                        problem -> assertThat(problem.getStatusCode().value()).isEqualTo(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"The Hobbit", "\ud83d\ude00", "Ünïcödé", "a\u200db"})
    void takesAnyOtherName(String name) {
        assertThat(new ProductResource.Request(name, 1L, 1L).stock(BOOK).name()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Stock.MOST + 1, Long.MAX_VALUE, Long.MIN_VALUE})
    void refusesARestockOutOfItsRange(long qty) {
        assertThatThrownBy(() -> new ProductResource.Restock(qty).units()).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> new ProductResource.Restock(null).units()).isInstanceOf(Problem.class);
        assertThat(new ProductResource.Restock(Stock.MOST).units()).isEqualTo(Stock.MOST);
    }

    @Test
    void aTagChangesWithEverythingThatCallersSee() {
        String tag = EntityTag.of(STOCK);
        assertThat(tag)
                .matches("\"[0-9a-f]{24}\"")
                .isEqualTo(EntityTag.of(new Stock(BOOK, "Book", new Money(100), 5, 2)));
        assertThat(EntityTag.of(STOCK.add(1))).isNotEqualTo(tag);
        assertThat(EntityTag.of(new Stock(BOOK, "Pen", new Money(100), 5, 2))).isNotEqualTo(tag);
        assertThat(EntityTag.of(new Stock(BOOK, "Book", new Money(101), 5, 2))).isNotEqualTo(tag);
        assertThat(EntityTag.of(new Stock(BOOK, "Book", new Money(100), 5, 3))).isNotEqualTo(tag);
    }

    @Test
    void ifMatchRequiresAProductWithOneOfItsTags() {
        String tag = EntityTag.of(STOCK);
        assertThat(EntityTag.condition(null).holds(null)).isTrue();
        assertThat(EntityTag.condition("*").holds(STOCK)).isTrue();
        assertThat(EntityTag.condition("*").holds(null)).isFalse();
        assertThat(EntityTag.condition(tag).holds(STOCK)).isTrue();
        assertThat(EntityTag.condition("\"other\" , " + tag).holds(STOCK)).isTrue();
        assertThat(EntityTag.condition(tag).holds(STOCK.add(1))).isFalse();
        assertThat(EntityTag.condition(tag).holds(null)).isFalse();
        assertThat(EntityTag.condition("W/" + tag).holds(STOCK))
                .as("a weak tag never matches")
                .isFalse();
        assertThat(EntityTag.condition("").holds(STOCK)).isFalse();
    }
}
