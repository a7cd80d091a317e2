using Microsoft.ML.Extensions;
using Microsoft.ML.Extensions.Kernels;
using Microsoft.ML.Extensions.MLNet;
using Microsoft.ML.Extensions.Tasks;

namespace Microsoft.ML;

/// <summary>Makes trainers of deep networks: <c>ml.MulticlassClassification.Trainers.DeepNetwork(...)</c> and so on.</summary>
public static class DeepNetworkCatalog
{
    /// <summary>A deep network that classifies into any number of classes.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="labelColumnName">The label, a key. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The vectors or images. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="depth">Hidden layers. The default is 3.</param>
    /// <param name="width">Neurons of a hidden layer. The default is 128.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static DeepNetworkTrainer DeepNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int depth = 3, int width = 128, int numberOfEpochs = 0) =>
        DeepNetwork(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, depth, width, numberOfEpochs));

    /// <summary>A deep network that classifies into any number of classes, with all options.</summary>
    /// <param name="catalog">The trainers of multiclass classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static DeepNetworkTrainer DeepNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers catalog, DeepNetworkOptions options) =>
        new(catalog.Environment(), MulticlassTask.Instance, options);

    /// <summary>A deep network that tells yes from no.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="labelColumnName">The label, a Boolean. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The vectors or images. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="depth">Hidden layers. The default is 3.</param>
    /// <param name="width">Neurons of a hidden layer. The default is 128.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static DeepNetworkTrainer DeepNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int depth = 3, int width = 128, int numberOfEpochs = 0) =>
        DeepNetwork(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, depth, width, numberOfEpochs));

    /// <summary>A deep network that tells yes from no, with all options.</summary>
    /// <param name="catalog">The trainers of binary classification.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static DeepNetworkTrainer DeepNetwork(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, DeepNetworkOptions options) =>
        new(catalog.Environment(), BinaryTask.Instance, options);

    /// <summary>A deep network that gives a number.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="labelColumnName">The target, a Single. The default is <c>Label</c>.</param>
    /// <param name="featureColumnName">The vectors or images. The default is <c>Features</c>.</param>
    /// <param name="exampleWeightColumnName">A Single that says how much a row counts. The default, null, counts every row the same.</param>
    /// <param name="depth">Hidden layers. The default is 3.</param>
    /// <param name="width">Neurons of a hidden layer. The default is 128.</param>
    /// <param name="numberOfEpochs">Passes over the data. The default, 0, chooses from the number of rows.</param>
    public static DeepNetworkTrainer DeepNetwork(
        this RegressionCatalog.RegressionTrainers catalog,
        string labelColumnName = "Label", string featureColumnName = "Features", string? exampleWeightColumnName = null,
        int depth = 3, int width = 128, int numberOfEpochs = 0) =>
        DeepNetwork(catalog, Options(labelColumnName, featureColumnName, exampleWeightColumnName, depth, width, numberOfEpochs));

    /// <summary>A deep network that gives a number, with all options.</summary>
    /// <param name="catalog">The trainers of regression.</param>
    /// <param name="options">The options; later changes to them have no effect.</param>
    /// <exception cref="ArgumentException">Options are out of range; the message lists all of them.</exception>
    public static DeepNetworkTrainer DeepNetwork(this RegressionCatalog.RegressionTrainers catalog, DeepNetworkOptions options) =>
        new(catalog.Environment(), RegressionTask.Instance, options);

    private static DeepNetworkOptions Options(
        string label, string feature, string? weight, int depth, int width, int epochs) => new()
        {
            LabelColumnName = label,
            FeatureColumnName = feature,
            ExampleWeightColumnName = weight,
            Depth = depth,
            Width = width,
            Training = new TrainingOptions { Epochs = epochs },
        };
}
