using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML;

/// <summary>Makes single-layer Transformer trainers: <c>ml.MulticlassClassification.Trainers.SingleLayerTransformer(...)</c> and so on.</summary>
public static class SingleLayerTransformerCatalog
{
    /// <summary>A single-layer Transformer for any number of classes.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="labelColumnName">The label, a key. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The sequence. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">The width of the network. The default is 32.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static SingleLayerTransformerTrainer SingleLayerTransformer(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 32, int numberOfEpochs = 0) =>
        SingleLayerTransformer(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, numberOfEpochs));

    /// <summary>A single-layer Transformer for any number of classes, with all options.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static SingleLayerTransformerTrainer SingleLayerTransformer(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, SingleLayerTransformerOptions options) =>
        new(catalog.Environment(), MulticlassTask.Instance, options);

    /// <summary>A single-layer Transformer for yes and no.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="labelColumnName">The label, a Boolean. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The sequence. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">The width of the network. The default is 32.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static SingleLayerTransformerTrainer SingleLayerTransformer(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 32, int numberOfEpochs = 0) =>
        SingleLayerTransformer(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, numberOfEpochs));

    /// <summary>A single-layer Transformer for yes and no, with all options.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static SingleLayerTransformerTrainer SingleLayerTransformer(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, SingleLayerTransformerOptions options) =>
        new(catalog.Environment(), BinaryTask.Instance, options);

    /// <summary>A single-layer Transformer for a number.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="labelColumnName">The target, a Single. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The sequence. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">The width of the network. The default is 32.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static SingleLayerTransformerTrainer SingleLayerTransformer(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 32, int numberOfEpochs = 0) =>
        SingleLayerTransformer(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, numberOfEpochs));

    /// <summary>A single-layer Transformer for a number, with all options.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static SingleLayerTransformerTrainer SingleLayerTransformer(
        this RegressionCatalog.RegressionTrainers catalog, SingleLayerTransformerOptions options) =>
        new(catalog.Environment(), RegressionTask.Instance, options);

    /// <summary>A single-layer Transformer forecast of the next values of one or several series.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="labelColumnName">The values to forecast, a vector [H] or [H, K]. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The windows, whose first K channels are the series forecast. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">The width of the network. The default is 32.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static SingleLayerTransformerTrainer SingleLayerTransformer(
        this ForecastingCatalog catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 32, int numberOfEpochs = 0) =>
        SingleLayerTransformer(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, numberOfEpochs));

    /// <summary>A single-layer Transformer forecast of the next values of one or several series, with all options.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="options">The options of the network and its training; later changes to them have no effect.</param>
    /// <param name="forecast">The options of the forecast; later changes to them have no effect. The default, null, is the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static SingleLayerTransformerTrainer SingleLayerTransformer(this ForecastingCatalog catalog, SingleLayerTransformerOptions options, ForecastOptions? forecast = null) =>
        new(catalog.Environment(), ForecastTask.Of(forecast), options);

    private static SingleLayerTransformerOptions Options(
        string label, string feature, string? weight, int hiddenSize, int epochs) => new()
        {
            LabelColumnName = label,
            FeatureColumnName = feature,
            ExampleWeightColumnName = weight,
            HiddenSize = hiddenSize,
            Training = new TrainingOptions { Epochs = epochs },
        };
}
