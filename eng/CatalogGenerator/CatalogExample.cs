namespace Microsoft.ML.Extensions.CatalogGenerator;

/// <summary>A complete program with a trainer, for the documentation of a catalog's method; <c>DocumentationTests</c> compiles each.</summary>
internal static class CatalogExample
{
    /// <param name="space">The namespace of the options.</param>
    /// <param name="call">The call that creates the trainer.</param>
    public static string Forecast(string space, string call) => $$"""
        using Microsoft.ML;
        using {{space}};

        var ml = new MLContext(seed: 1);
        var hours = Enumerable.Range(0, 400).Select(hour => new Hour { Load = 100 + (20 * MathF.Sin(hour * MathF.PI / 12)) });
        var data = ml.Data.LoadFromEnumerable(hours);

        var pipeline = ml.Transforms.SequenceTransforms().ForecastWindow(["Load"], length: 48, horizon: 12)
            .Append({{call}});
        var model = pipeline.Fit(data);
        Console.WriteLine(ml.Forecasting.Evaluate(model.Transform(data)).MeanAbsoluteError);

        class Hour
        {
            public float Load { get; set; }
        }
        """;

    /// <param name="space">The namespace of the options.</param>
    /// <param name="catalog">The catalog of the task: <c>ml.Regression</c>.</param>
    /// <param name="call">The call that creates the trainer.</param>
    /// <param name="shape">The shape of the features, as C# writes it.</param>
    /// <param name="task">How the task's label is made and measured.</param>
    public static string Row(string space, string catalog, string call, string shape, ExampleTask task) => $$"""
        using Microsoft.ML;
        using Microsoft.ML.Data;
        using {{space}};

        var ml = new MLContext(seed: 1);
        var data = ml.Data.TrainTestSplit(ml.Data.LoadFromEnumerable(Rows(200)), testFraction: 0.25);

        var pipeline = {{(task.IsKey ? "ml.Transforms.Conversion.MapValueToKey(\"Label\")\n    .Append(" : "")}}{{call}}{{(task.IsKey ? ")" : "")}};
        var model = pipeline.Fit(data.TrainSet);
        Console.WriteLine({{catalog}}.Evaluate(model.Transform(data.TestSet)).{{task.Metric}});

        // Waves with noise: the label is how fast they are.
        static IEnumerable<Row> Rows(int count)
        {
            var random = new Random(1);
            for (var row = 0; row < count; row++)
            {
                var speed = {{task.Speed}};
                yield return new Row
                {
                    Label = {{task.Label}},
                    Features = [.. Enumerable.Range(0, {{Size(shape)}}).Select(i => MathF.Sin(0.2f * speed * i) + random.NextSingle())],
                };
            }
        }

        class Row
        {
            public {{task.Type}} Label { get; set; }

            [VectorType({{shape}})]
            public float[] Features { get; set; } = [];
        }
        """;

    /// <summary>The program as an element of a documentation comment, after <paramref name="indent"/>.</summary>
    public static string Comment(string program, string indent) =>
        $"{indent}/// <example><code language=\"csharp\"><![CDATA[\n"
        + string.Concat(program.Replace("\r\n", "\n").Split('\n').Select(line => $"{indent}/// {line}".TrimEnd() + "\n"))
        + $"{indent}/// ]]></code></example>";

    private static int Size(string shape) => shape.Split(',').Select(int.Parse).Aggregate((all, length) => all * length);
}
