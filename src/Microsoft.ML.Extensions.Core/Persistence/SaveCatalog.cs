using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML;

/// <summary>Saves models so that a failure leaves the old file.</summary>
public static class SaveCatalog
{
    /// <summary>Saves a model as <c>ml.Model.Save</c> does, completely or not at all.</summary>
    /// <remarks>
    /// <c>ml.Model.Save</c> empties the file first, so a full disk, a disposed model or the end of the process leaves no model. This method
    /// writes a temporary file in the same folder, flushes it to the disk and renames it. The next call removes the temporary file of a
    /// killed process.
    /// </remarks>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">The trained model.</param>
    /// <param name="inputSchema">The schema of the data that it was trained on; null saves none.</param>
    /// <param name="filePath">The file; an old one is replaced. Its folder must exist.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to; an old file is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed; an old file is as it was.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var rows = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var data = ml.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows);
    /// var model = ml.MulticlassClassification.Trainers.Recurrent().Fit(data);
    /// ml.Model.SaveAtomically(model, data.Schema, "vowels.zip");
    /// ]]></code></example>
    /// <seealso href="../docs/Models.html">docs/Models.md</seealso>
    public static void SaveAtomically(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string filePath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        AtomicFile.Write(filePath, stream => catalog.Save(model, inputSchema, stream));
    }

    /// <summary>Saves a model and the loader of its data as <c>ml.Model.Save</c> does, completely or not at all.</summary>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">The trained model.</param>
    /// <param name="loader">The loader of the data that it was trained on.</param>
    /// <param name="filePath">The file; an old one is replaced. Its folder must exist.</param>
    /// <typeparam name="TSource">What the loader reads.</typeparam>
    /// <exception cref="IOException">The file cannot be written; an old one is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to; an old file is as it was.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed; an old file is as it was.</exception>
    /// <seealso href="../docs/Models.html">docs/Models.md</seealso>
    public static void SaveAtomically<TSource>(
        this ModelOperationsCatalog catalog, ITransformer model, IDataLoader<TSource> loader, string filePath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loader);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        AtomicFile.Write(filePath, stream => catalog.Save(model, loader, stream));
    }
}
