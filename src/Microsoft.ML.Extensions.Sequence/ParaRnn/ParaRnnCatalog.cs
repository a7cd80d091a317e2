using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Numerics.Recurrence;
using Microsoft.ML.Extensions.Sequence;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML;

/// <summary>Makes ParaRNN trainers: <c>ml.MulticlassClassification.Trainers.ParaRnn(...)</c> and so on.</summary>
public static class ParaRnnCatalog
{
    /// <summary>A ParaRNN classifier for any number of classes.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="labelColumnName">The label, a key. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The sequence. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">The width of a layer. The default is 32.</param>
    /// <param name="layers">Residual blocks on top of each other. The default is 2.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static ParaRnnTrainer ParaRnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 32, int layers = 2, int numberOfEpochs = 0) =>
        ParaRnn(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, layers, numberOfEpochs));

    /// <summary>A ParaRNN classifier for any number of classes, with all options.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static ParaRnnTrainer ParaRnn(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ParaRnnOptions options) =>
        new(catalog.Environment(), MulticlassTask.Instance, options);

    /// <summary>A ParaRNN classifier for any number of classes with a cell of the user.</summary>
    /// <typeparam name="TCell">The cell, which has to be registered: <see cref="ParaRnnCells.Register"/>.</typeparam>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The cell is not registered.</exception>
    public static ParaRnnTrainer ParaRnn<TCell>(this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, ParaRnnOptions options)
        where TCell : struct, IRecurrentCell<TCell> =>
        ParaRnn(catalog, options.With<TCell>());

    /// <summary>A ParaRNN classifier for yes and no.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="labelColumnName">The label, a Boolean. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The sequence. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">The width of a layer. The default is 32.</param>
    /// <param name="layers">Residual blocks on top of each other. The default is 2.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static ParaRnnTrainer ParaRnn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 32, int layers = 2, int numberOfEpochs = 0) =>
        ParaRnn(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, layers, numberOfEpochs));

    /// <summary>A ParaRNN classifier for yes and no, with all options.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static ParaRnnTrainer ParaRnn(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, ParaRnnOptions options) =>
        new(catalog.Environment(), BinaryTask.Instance, options);

    /// <summary>A ParaRNN classifier for yes and no with a cell of the user.</summary>
    /// <typeparam name="TCell">The cell, which has to be registered: <see cref="ParaRnnCells.Register"/>.</typeparam>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The cell is not registered.</exception>
    public static ParaRnnTrainer ParaRnn<TCell>(this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, ParaRnnOptions options)
        where TCell : struct, IRecurrentCell<TCell> =>
        ParaRnn(catalog, options.With<TCell>());

    /// <summary>A ParaRNN model of a number.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="labelColumnName">The target, a Single. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The sequence. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">The width of a layer. The default is 32.</param>
    /// <param name="layers">Residual blocks on top of each other. The default is 2.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static ParaRnnTrainer ParaRnn(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 32, int layers = 2, int numberOfEpochs = 0) =>
        ParaRnn(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, layers, numberOfEpochs));

    /// <summary>A ParaRNN model of a number, with all options.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static ParaRnnTrainer ParaRnn(this RegressionCatalog.RegressionTrainers catalog, ParaRnnOptions options) =>
        new(catalog.Environment(), RegressionTask.Instance, options);

    /// <summary>A ParaRNN model of a number with a cell of the user.</summary>
    /// <typeparam name="TCell">The cell, which has to be registered: <see cref="ParaRnnCells.Register"/>.</typeparam>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    /// <exception cref="InvalidOperationException">The cell is not registered.</exception>
    public static ParaRnnTrainer ParaRnn<TCell>(this RegressionCatalog.RegressionTrainers catalog, ParaRnnOptions options)
        where TCell : struct, IRecurrentCell<TCell> =>
        ParaRnn(catalog, options.With<TCell>());

    /// <summary>A ParaRNN forecast of the next values of one or several series.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="labelColumnName">The values to forecast, a vector [H] or [H, K]. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The windows, whose first K channels are the series forecast. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="hiddenSize">The width of a layer. The default is 32.</param>
    /// <param name="layers">Residual blocks on top of each other. The default is 2.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static ParaRnnTrainer ParaRnn(
        this ForecastingCatalog catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int hiddenSize = 32, int layers = 2, int numberOfEpochs = 0) =>
        ParaRnn(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, hiddenSize, layers, numberOfEpochs));

    /// <summary>A ParaRNN forecast of the next values of one or several series, with all options.</summary>
    /// <param name="catalog"><c>ml.Forecasting</c>.</param>
    /// <param name="options">The options of the network and its training; later changes to them have no effect.</param>
    /// <param name="forecast">The options of the forecast; later changes to them have no effect. The default, null, is the defaults.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static ParaRnnTrainer ParaRnn(this ForecastingCatalog catalog, ParaRnnOptions options, ForecastOptions? forecast = null) =>
        new(catalog.Environment(), ForecastTask.Of(forecast), options);

    private static ParaRnnOptions Options(
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
