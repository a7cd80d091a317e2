using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Extensions.Sequence.Tests.Data;

/// <summary>What every transform of this package must do, whatever it computes.</summary>
internal static class TransformChecks
{
    /// <summary>
    /// The schema promised is the one delivered; saved and loaded it gives the same rows; cursors do not disturb each other.
    /// </summary>
    public static IDataView FitAndCheck(MLContext ml, IEstimator<ITransformer> estimator, IDataView data)
    {
        var transformer = estimator.Fit(data);
        var view = transformer.Transform(data);
        AssertSame(estimator.GetOutputSchema(Shape(data.Schema)), Shape(transformer.GetOutputSchema(data.Schema)));
        AssertSame(Shape(view.Schema), Shape(transformer.GetOutputSchema(data.Schema)));
        var rows = Rows(view);
        CollectionAssert.AreEqual(rows, Rows(Reload(ml, transformer, data.Schema).Transform(data)));
        Parallel.For(0, 4, _ => CollectionAssert.AreEqual(rows, Rows(view)));
        return view;
    }

    public static ITransformer Reload(MLContext ml, ITransformer transformer, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(transformer, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    /// <summary>Each row's visible values as text.</summary>
    private static string[] Rows(IDataView view) =>
        [.. view.Preview(int.MaxValue)
            .RowView.Select(row => string.Join(" | ", row.Values.Select(pair => $"{pair.Key}={Text(pair.Value)}")))];

    private static string Text(object value) => value is VBuffer<float> vector ? string.Join(",", vector.DenseValues()) : $"{value}";

    private static SchemaShape Shape(DataViewSchema schema)
    {
        var create = typeof(SchemaShape)
            .GetMethod("Create", BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public, [typeof(DataViewSchema)])!;
        return (SchemaShape)create.Invoke(null, [schema])!;
    }

    private static void AssertSame(SchemaShape promised, SchemaShape delivered) =>
        CollectionAssert.AreEqual(Describe(promised), Describe(delivered));

    private static string[] Describe(SchemaShape shape) =>
        [.. shape.Select(c => $"{c.Name}: {c.Kind} {(c.IsKey ? "key " : "")}{c.ItemType} [{string.Join("; ", Describe(c.Annotations))}]")
            .Order()];
}
