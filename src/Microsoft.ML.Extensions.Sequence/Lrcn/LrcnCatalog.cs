using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML;

/// <summary>Makes LRCN trainers: <c>ml.MulticlassClassification.Trainers.Lrcn(...)</c> and so on.</summary>
public static class LrcnCatalog
{
    /// <summary>An LRCN classifier for any number of classes.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="labelColumnName">The label, a key. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The frames. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">Features of a frame, and channels of the recurrent state. The default is 64.</param>
    /// <param name="layers">LSTM layers on top of each other. The default is 1.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static LrcnTrainer Lrcn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 64, int layers = 1, int numberOfEpochs = 0) =>
        Lrcn(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, layers, numberOfEpochs));

    /// <summary>An LRCN classifier for any number of classes, with all options.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static LrcnTrainer Lrcn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, LrcnOptions options) =>
        new(catalog.Environment(), MulticlassTask.Instance, options);

    /// <summary>An LRCN classifier for yes and no.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="labelColumnName">The label, a Boolean. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The frames. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">Features of a frame, and channels of the recurrent state. The default is 64.</param>
    /// <param name="layers">LSTM layers on top of each other. The default is 1.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static LrcnTrainer Lrcn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 64, int layers = 1, int numberOfEpochs = 0) =>
        Lrcn(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, layers, numberOfEpochs));

    /// <summary>An LRCN classifier for yes and no, with all options.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static LrcnTrainer Lrcn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, LrcnOptions options) =>
        new(catalog.Environment(), BinaryTask.Instance, options);

    /// <summary>An LRCN model of a number.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="labelColumnName">The target, a Single. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The frames. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">Features of a frame, and channels of the recurrent state. The default is 64.</param>
    /// <param name="layers">LSTM layers on top of each other. The default is 1.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static LrcnTrainer Lrcn(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 64, int layers = 1, int numberOfEpochs = 0) =>
        Lrcn(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, layers, numberOfEpochs));

    /// <summary>An LRCN model of a number, with all options.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static LrcnTrainer Lrcn(this RegressionCatalog.RegressionTrainers catalog, LrcnOptions options) =>
        new(catalog.Environment(), RegressionTask.Instance, options);

    /// <summary>An LRCN forecast of the next values of one or several series.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="labelColumnName">The values to forecast, a vector [H] or [H, K]. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The windows, whose first K channels are the series forecast. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">Features of a step, and channels of the recurrent state. The default is 64.</param>
    /// <param name="layers">LSTM layers on top of each other. The default is 1.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static LrcnTrainer Lrcn(
        this ForecastingCatalog catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 64, int layers = 1, int numberOfEpochs = 0) =>
        Lrcn(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, layers, numberOfEpochs));

    /// <summary>An LRCN forecast of the next values of one or several series, with all options.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="options">The options of the network and its training; later changes to them have no effect.</param>
    /// <param name="forecast">The options of the forecast; later changes to them have no effect. The default, null, is the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static LrcnTrainer Lrcn(this ForecastingCatalog catalog, LrcnOptions options, ForecastOptions? forecast = null) =>
        new(catalog.Environment(), ForecastTask.Of(forecast), options);

    private static LrcnOptions Options(
        string label, string feature, string? weight, int hiddenSize, int layers, int epochs) => new()
        {
            LabelColumnName = label,
            FeatureColumnName = feature,
            ExampleWeightColumnName = weight,
            HiddenSize = hiddenSize,
            Layers = layers,
            Training = new TrainingOptions { Epochs = epochs },
        };
}
