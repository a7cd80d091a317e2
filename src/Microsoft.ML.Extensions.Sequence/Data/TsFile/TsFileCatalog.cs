using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Sequence;

namespace Microsoft.ML;

/// <summary>Reads time series files.</summary>
public static class TsFileCatalog
{
    /// <summary>
    /// Loads a .ts file of the UEA and UCR archives (the format of aeon and sktime): one series per line, dimensions separated by ':',
    /// values by ',', '?' or NaN for a missing value (NaN), and the class or regression target as the last field.
    /// </summary>
    /// <remarks>
    /// Loading reads only the header, and the lengths of the lines where the header does not say whether they are equal;
    /// each cursor reads the file again, one line at a time.
    /// The features are [T, C], time first; T is 0 in the column's type where lengths differ. The label is text after '@classLabel true',
    /// Single after '@targetLabel true', and absent where the file has none. A class that is '?' or NaN is missing: empty text, key 0.
    /// Information missing in the header is inferred where it is unambiguous; a contradiction between header and data is an error.
    /// The cursor that reads a malformed line throws a FormatException with file and line. Time stamps and ARFF files are refused.
    /// docs/Files.md lists the supported files of aeon, sktime and the archives.
    /// </remarks>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="labelColumnName">The column of classes or targets. The default is "Label".</param>
    /// <param name="featureColumnName">The column of sequences. The default is "Features".</param>
    /// <param name="labelAsKey">True for a key over the header's list of classes, in its order. The default is false: text.</param>
    /// <returns>The series, in the order of the file; it cannot be shuffled.</returns>
    /// <exception cref="ArgumentException">A column name is empty, or both are the same.</exception>
    /// <exception cref="IOException">The file does not exist, is a folder, or cannot be opened.</exception>
    /// <exception cref="FormatException">
    /// The header is malformed, has an unknown line or contradicts itself or the first series, or there is no series.
    /// </exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");    // Features [T, 12], Label as text
    /// var pipeline = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.ParaRnn());
    /// var model = pipeline.Fit(train);
    /// Console.WriteLine(ml.MulticlassClassification.Evaluate(model.Transform(ml.Data.LoadFromTsFile("JapaneseVowels_TEST.ts"))).MicroAccuracy);
    /// ]]></code></example>
    /// <seealso href="../docs/Files.html">docs/Files.md</seealso>
    public static IDataView LoadFromTsFile(
        this DataOperationsCatalog catalog,
        string path,
        string labelColumnName = "Label",
        string featureColumnName = "Features",
        bool labelAsKey = false) =>
        LoadFromTsFile(catalog, path, new TsFileOptions
        {
            LabelColumnName = labelColumnName,
            FeatureColumnName = featureColumnName,
            LabelAsKey = labelAsKey,
        });

    /// <inheritdoc cref="LoadFromTsFile(DataOperationsCatalog, string, string, string, bool)" path="/*[not(self::param)]"/>
    /// <param name="catalog">The catalog of data operations.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">The column names and the type of the label.</param>
    /// <seealso href="../docs/Files.html">docs/Files.md</seealso>
    public static IDataView LoadFromTsFile(this DataOperationsCatalog catalog, string path, TsFileOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        return new TsView(path, options.Validated());
    }
}
