# The last width comes first.
# loses: test-cnn-function test-cnn-sizes
# hint: widths-out-of-order
# %% cnn
class ConvNet(nn.Module):
    def __init__(self, image_size=84, num_classes=10, widths=(64, 128, 256)):
        super().__init__()
        c, b, a = widths
        self.conv1, self.bn1 = nn.Conv2d(3, a, 3, padding=1, bias=False), nn.BatchNorm2d(a)
        self.conv2, self.bn2 = nn.Conv2d(a, a, 3, padding=1, bias=False), nn.BatchNorm2d(a)
        self.conv3, self.bn3 = nn.Conv2d(a, b, 3, padding=1, bias=False), nn.BatchNorm2d(b)
        self.conv4, self.bn4 = nn.Conv2d(b, b, 3, padding=1, bias=False), nn.BatchNorm2d(b)
        self.conv5, self.bn5 = nn.Conv2d(b, c, 3, padding=1, bias=False), nn.BatchNorm2d(c)
        self.conv6, self.bn6 = nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c)
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.drop = nn.Dropout2d(0.1)
        side = ((image_size // 2) // 2) // 2
        self.fc1 = nn.Linear(c * side * side, 512)
        self.bn7 = nn.BatchNorm1d(512)
        self.drop_fc = nn.Dropout(0.3)
        self.fc2 = nn.Linear(512, num_classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        x = F.relu(self.bn2(self.conv2(x)))
        x = self.drop(self.pool(x))
        x = F.relu(self.bn3(self.conv3(x)))
        x = F.relu(self.bn4(self.conv4(x)))
        x = self.drop(self.pool(x))
        x = F.relu(self.bn5(self.conv5(x)))
        x = F.relu(self.bn6(self.conv6(x)))
        x = self.drop(self.pool(x))
        x = x.view(x.size(0), -1)
        x = self.drop_fc(F.relu(self.bn7(self.fc1(x))))
        return self.fc2(x)
