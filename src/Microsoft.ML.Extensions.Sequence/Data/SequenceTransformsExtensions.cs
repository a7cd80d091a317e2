using Microsoft.ML.Extensions.MLNet;

namespace Microsoft.ML;

/// <summary>Adds the sequence transforms to <see cref="TransformsCatalog"/>.</summary>
public static class SequenceTransformsExtensions
{
    extension(TransformsCatalog catalog)
    {
        /// <summary>Transforms that create sequences from tables and prepare them.</summary>
        public SequenceTransformsCatalog Sequences => catalog.SequenceTransforms();
    }

    /// <summary>The same as <c>Sequences</c>, for compilers before C# 14, which do not support extension properties.</summary>
    /// <param name="catalog">The catalog of transforms.</param>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var readings = Enumerable.Range(0, 60).SelectMany(machine => Enumerable.Range(0, 20 + (machine % 10)).Select(minute =>
    ///     new Reading { Machine = $"M{machine}", Minute = minute, Temperature = 60 + (machine % 2 * minute), Failed = machine % 2 == 1 }));
    /// var data = ml.Data.LoadFromEnumerable(readings);
    ///
    /// var pipeline = ml.Transforms.SequenceTransforms().Group("Features", "Machine", "Minute", "Temperature")
    ///     .Append(ml.BinaryClassification.Trainers.RandomConvolution("Failed"));
    /// var model = pipeline.Fit(data);
    ///
    /// class Reading
    /// {
    ///     public string Machine { get; set; } = "";
    ///     public float Minute { get; set; }
    ///     public float Temperature { get; set; }
    ///     public bool Failed { get; set; }
    /// }
    /// ]]></code></example>
    /// <seealso href="../docs/DataIn.html">docs/DataIn.md</seealso>
    public static SequenceTransformsCatalog SequenceTransforms(this TransformsCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new SequenceTransformsCatalog(catalog.Environment());
    }
}
