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
    public static SequenceTransformsCatalog SequenceTransforms(this TransformsCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new SequenceTransformsCatalog(catalog.Environment());
    }
}
