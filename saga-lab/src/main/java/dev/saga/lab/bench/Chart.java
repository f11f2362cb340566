package dev.saga.lab.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart of latency over throughput. */
final class Chart {
    private Chart() {}

    /** Writes {@code file.svg} and {@code file.png}. */
    static void draw(List<Result> curve, Path file) throws IOException {
        XYChart chart = new XYChartBuilder()
                .width(900)
                .height(540)
                .title("From POST to the final state")
                .xAxisTitle("orders offered per second")
                .yAxisTitle("ms")
                .build();
        chart.getStyler().setYAxisLogarithmic(true).setLegendPosition(Styler.LegendPosition.InsideNW);
        add(chart, "saga p50", curve, Result::sagaP50Millis);
        add(chart, "saga p99", curve, Result::sagaP99Millis);
        add(chart, "POST p50", curve, Result::postP50Millis);
        VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
        BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
    }

    private static void add(XYChart chart, String name, List<Result> curve, ToDoubleFunction<Result> value) {
        chart.addSeries(
                        name,
                        curve.stream().mapToDouble(Result::offeredPerSecond).toArray(),
                        curve.stream().mapToDouble(value).toArray())
                .setMarker(SeriesMarkers.CIRCLE);
    }
}
