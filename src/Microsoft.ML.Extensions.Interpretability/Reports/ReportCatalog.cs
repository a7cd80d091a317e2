using System.Text;
using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Interpretability;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Persistence;

namespace Microsoft.ML;

/// <summary>Adds reports of models to <see cref="ModelOperationsCatalog"/>.</summary>
public static class ReportCatalog
{
    /// <summary>Writes what a model does on rows that it was not trained on, as one page of HTML.</summary>
    /// <remarks>
    /// The page needs no other file and no network, and is light or dark as its reader's system is. It has the rows, the options of the trainer, the curves of the
    /// fit (of a model that was not loaded), the metrics, and what belongs to the label: for classes the confusion matrix, ROC curves, calibration and a table of classes;
    /// for numbers the predicted against the true ones; for forecasts the error of each step and series beside their forecasts; the rows with the largest errors, how
    /// much each channel matters, and what in the worst rows the predictions come from.
    /// </remarks>
    /// <param name="catalog"><c>ml.Model</c>.</param>
    /// <param name="model">A trained or loaded model whose last network is of this pack.</param>
    /// <param name="test">Rows as the model reads them.</param>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range, or the model has no network of this pack.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="InvalidDataException">A row cannot be scored; the message names column and row.</exception>
    /// <exception cref="InvalidOperationException">No row has a label.</exception>
    /// <exception cref="NotSupportedException">The labels are neither classes nor numbers, as those of a ranker.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <example><code language="csharp"><![CDATA[
    /// using Microsoft.ML;
    ///
    /// var ml = new MLContext(seed: 1);
    /// var train = ml.Data.LoadFromTsFile("JapaneseVowels_TRAIN.ts");
    /// var test = ml.Data.LoadFromTsFile("JapaneseVowels_TEST.ts");
    /// var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.MulticlassClassification.Trainers.ParaRnn()).Fit(train);
    /// ml.Model.Report(model, test, "report.html");
    /// ]]></code></example>
    /// <seealso href="../docs/ExplainAndTrust.html">docs/ExplainAndTrust.md</seealso>
    public static void Report(this ModelOperationsCatalog catalog, ITransformer model, IDataView test, string path, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(test);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var settings = (options ?? new ReportOptions()).Validated();
        var network = model.Parts().OfType<NetworkTransformer>().LastOrDefault()
            ?? throw new ArgumentException("The model has no network of Microsoft.ML.Extensions in it, so there is no report of it.", nameof(model));
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(ReportPage.ToHtml(model, network, test, settings)));
    }
}
